def reconcile() -> int:
    return 0
