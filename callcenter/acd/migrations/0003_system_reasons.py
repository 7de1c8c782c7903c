"""The not-ready reasons that the system itself sets."""

from django.db import migrations

REASONS = [
    ("signed_in", "刚签入", "Just signed in", 900),
    ("missed", "漏接", "Missed a call", 901),
    ("phone", "话机离线", "Phone not connected", 902),
]


def add(apps, schema_editor):
    """Add what is missing; names an administrator has changed stay."""
    reason = apps.get_model("acd", "NotReadyReason")
    for code, name, name_en, position in REASONS:
        reason.objects.get_or_create(
            code=code, defaults={"name": name, "name_en": name_en, "position": position, "is_system": True}
        )


class Migration(migrations.Migration):
    """Seed; going back leaves the rows, history may point at them."""

    dependencies = [("acd", "0002_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
