"""Passengers, for support."""

from django.contrib import admin

from callcenter.customers.models import Customer, CustomerNumber


class CustomerNumberInline(admin.TabularInline):
    """The numbers of one passenger."""

    model = CustomerNumber
    extra = 0


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    """Passengers."""

    list_display = ["name", "level", "language", "created_at"]
    list_filter = ["level"]
    search_fields = ["name", "numbers__number"]
    inlines = [CustomerNumberInline]
    show_full_result_count = False
