"""Which parameters each address takes: what Inkstead sends, under Stripe's names and types.

Stripe takes many more. One that is not listed here is refused, so that nothing is silently ignored
that would mean something there; a test holds every name against Stripe's own description.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from publish.sandbox.params import ANY_NAME, MAP

Shape = Mapping[str, Any]

EXPAND: Shape = {"expand": [str]}
_TIMES: Shape = {"gt": int, "gte": int, "lt": int, "lte": int}
PAGED: Shape = {**EXPAND, "limit": int, "starting_after": str, "ending_before": str}
LISTED: Shape = {**PAGED, "created": _TIMES}
_LINE: Shape = {"price": str, "quantity": int, "metadata": MAP}
_TRIAL_ENDS: Shape = {"missing_payment_method": ("cancel", "create_invoice", "pause")}
_MESSAGE: Shape = {"message": str}

SESSION: Shape = {
    **EXPAND,
    "adaptive_pricing": {"enabled": bool},
    "allow_promotion_codes": bool,
    "billing_address_collection": ("auto", "required"),
    "cancel_url": str,
    "client_reference_id": str,
    "currency": str,
    "custom_text": {
        "after_submit": _MESSAGE,
        "submit": _MESSAGE,
        "terms_of_service_acceptance": _MESSAGE,
    },
    "customer": str,
    "customer_creation": ("always", "if_required"),
    "customer_email": str,
    "customer_update": {"address": ("auto", "never"), "name": ("auto", "never")},
    "discounts": [{"coupon": str, "promotion_code": str}],
    "excluded_payment_method_types": [str],
    "expires_at": int,
    "invoice_creation": {"enabled": bool},
    "line_items": [_LINE],
    "locale": str,
    "metadata": MAP,
    "mode": ("payment", "subscription"),
    "payment_intent_data": {"description": str, "metadata": MAP, "receipt_email": str},
    "payment_method_collection": ("always", "if_required"),
    "payment_method_options": {"wechat_pay": {"client": ("android", "ios", "web")}},
    "payment_method_types": [str],
    "phone_number_collection": {"enabled": bool},
    "submit_type": ("auto", "book", "donate", "pay", "subscribe"),
    "subscription_data": {
        "description": str,
        "metadata": MAP,
        "trial_period_days": int,
        "trial_settings": {"end_behavior": _TRIAL_ENDS},
    },
    "success_url": str,
    "ui_mode": ("hosted_page",),
}
_FEATURES: Shape = {
    "customer_update": {"allowed_updates": [str], "enabled": bool},
    "invoice_history": {"enabled": bool},
    "payment_method_update": {"enabled": bool},
    "subscription_cancel": {
        "cancellation_reason": {"enabled": bool, "options": [str]},
        "enabled": bool,
        "mode": ("at_period_end", "immediately"),
        "proration_behavior": ("always_invoice", "create_prorations", "none"),
    },
    "subscription_update": {
        "default_allowed_updates": [str],
        "enabled": bool,
        "proration_behavior": ("always_invoice", "create_prorations", "none"),
    },
}
CONFIGURATION: Shape = {
    **EXPAND,
    "active": bool,
    "business_profile": {
        "headline": str,
        "privacy_policy_url": str,
        "terms_of_service_url": str,
    },
    "default_return_url": str,
    "features": _FEATURES,
    "login_page": {"enabled": bool},
    "metadata": MAP,
    "name": str,
}
NEW_CONFIGURATION: Shape = {key: value for key, value in CONFIGURATION.items() if key != "active"}
PORTAL: Shape = {
    **EXPAND,
    "configuration": str,
    "customer": str,
    "locale": str,
    "return_url": str,
}
PRODUCT: Shape = {
    **EXPAND,
    "active": bool,
    "description": str,
    "images": [str],
    "metadata": MAP,
    "name": str,
    "statement_descriptor": str,
    "tax_code": str,
    "url": str,
}
_AMOUNT: Shape = {"unit_amount": int}
PRICE: Shape = {
    **EXPAND,
    "active": bool,
    "lookup_key": str,
    "metadata": MAP,
    "nickname": str,
    "tax_behavior": ("exclusive", "inclusive", "unspecified"),
    "transfer_lookup_key": bool,
}
NEW_PRICE: Shape = {
    **PRICE,
    "currency": str,
    "currency_options": {ANY_NAME: _AMOUNT},
    "product": str,
    "recurring": {"interval": ("day", "week", "month", "year"), "interval_count": int},
    "unit_amount": int,
}
CUSTOMER: Shape = {
    **EXPAND,
    "description": str,
    "email": str,
    "metadata": MAP,
    "name": str,
    "phone": str,
    "preferred_locales": [str],
}
COUPON: Shape = {
    **EXPAND,
    "amount_off": int,
    "currency": str,
    "duration": ("forever", "once", "repeating"),
    "duration_in_months": int,
    "id": str,
    "max_redemptions": int,
    "metadata": MAP,
    "name": str,
    "percent_off": float,
    "redeem_by": int,
}
PROMOTION: Shape = {
    **EXPAND,
    "active": bool,
    "code": str,
    "customer": str,
    "expires_at": int,
    "max_redemptions": int,
    "metadata": MAP,
    "promotion": {"type": ("coupon",), "coupon": str},
}
SUBSCRIPTION: Shape = {
    **EXPAND,
    "cancel_at": int,
    "cancel_at_period_end": bool,
    "cancellation_details": {"comment": str},
    "description": str,
    "metadata": MAP,
    "pause_collection": {
        "behavior": ("keep_as_draft", "mark_uncollectible", "void"),
        "resumes_at": int,
    },
}
CANCEL: Shape = {
    **EXPAND,
    "cancellation_details": {"comment": str},
    "invoice_now": bool,
    "prorate": bool,
}
REFUND: Shape = {
    **EXPAND,
    "amount": int,
    "charge": str,
    "metadata": MAP,
    "payment_intent": str,
    "reason": ("duplicate", "fraudulent", "requested_by_customer"),
}
DISPUTE: Shape = {
    **EXPAND,
    "evidence": {"uncategorized_text": str},
    "metadata": MAP,
    "submit": bool,
}
ENDPOINT: Shape = {
    **EXPAND,
    "description": str,
    "enabled_events": [str],
    "metadata": MAP,
    "url": str,
}
NEW_ENDPOINT: Shape = {**ENDPOINT, "api_version": str}
CHANGED_ENDPOINT: Shape = {**ENDPOINT, "disabled": bool}
