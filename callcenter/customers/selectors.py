"""Reads of passengers."""

from callcenter.customers.models import Customer


def customer_by_number(number: str) -> Customer | None:
    """The passenger who uses this telephone number, if we know him."""
    return Customer.objects.filter(numbers__number=number).first() if number else None
