"""What the build prepares for the service: names of pages and mails, their slots, the messages.

The build renders `private/pages/<language>/<page>.html`, `private/mails/<language>/<mail>.html`,
`.txt` (its first line is the subject) and `private/pages/<language>/words.json`, whose shape is
`Words`; for each lead magnet `private/magnets/<id>/<language>/page.html`, `mail.html` and
`mail.txt`. It refuses a template with a slot that is not named here; the service fills what is
named and never renders. Slots and sections share one name space a page, see `slots`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

# name of the page -> every slot and section that it may hold
PAGES: Mapping[str, frozenset[str]] = {
    # One sentence and a way on: errors, and what there is to say after something was done.
    "notice": frozenset({"title", "body", "link", "link_text"}),
    # Asks for an address. "error" is a section.
    "sign-in": frozenset({"return_to", "mail", "error", "error_text"}),
    # "Look in your mailbox": takes the six digits; survives a reload. "return_to" goes with asking
    # for another mail, "" where the challenge remembers it.
    "code": frozenset({"mail", "return_to", "error", "error_text"}),
    # What a link in a mail leads to: one button. Sections: signing, redeeming, changing, and
    # opting ("title" is the lead magnet's, "words" is what the reader agrees to).
    "confirm": frozenset(
        {"key", "mail", "signing", "redeeming", "changing", "code", "opting", "title", "words"}
    ),
    # Before paying, where something has to be said first (WeChat's browser).
    "before": frozenset(
        {
            "order",
            "product",
            "price",
            "period",
            "wechat",
            "renews",
            "back",
            "pass_url",
            "pass_title",
        }
    ),
    # How paying works here: cards, Alipay, WeChat, codes. No slots.
    "paying": frozenset(),
    # Where Stripe sends a reader back to. Sections: here (this browser bought), pending, failed.
    "return": frozenset({"order", "number", "here", "pending", "failed", "product", "link"}),
    # Takes a redemption code, and an address from those who are not signed in. "mail_wrong": the
    # error is about the address, else about the code. "own_mail" is whose account gets it.
    "redeem": frozenset(
        {
            "code",
            "mail",
            "return_to",
            "signed_in",
            "error",
            "error_text",
            "mail_wrong",
            "own_mail",
        }
    ),
    # Everything that is the reader's. Lists: owned (title, url, order, until, and the truths
    # forever, ends, renews, grace, held, paused, trial, cancel, resume), orders (number, title,
    # date, price, state), devices (device, name, since, here). Truths: said, portal, feeds,
    # changing (an address waits to be confirmed). "!owned" is the empty account.
    "account": frozenset(
        {
            "said",
            "said_text",
            # The new address that was typed is none.
            "error",
            "error_text",
            "mail",
            "owned",
            "title",
            "url",
            "until",
            "forever",
            "ends",
            "renews",
            "grace",
            "held",
            "paused",
            "trial",
            "cancel",
            "resume",
            "order",
            "portal",
            "orders",
            "number",
            "date",
            "price",
            "state",
            "feeds",
            "rss",
            "atom",
            "devices",
            "device",
            "name",
            "since",
            "here",
            # There are devices besides this one.
            "others",
            "changing",
            # True for a browser that bought without signing in: no address, devices, nor the rest.
            "guest",
            # Letters: they get them, since when ("letters_since"), else what they would agree to.
            "letters",
            "letters_since",
            "words",
            # Lead magnets that are theirs, a list: title, magnet (its id).
            "magnets",
            "magnet",
        }
    ),
    # Asks for an address in return for a lead magnet. Sections: error; name_wrong (it is about the
    # name), else about the address; asks_name; checking (an address was given and is shown once
    # more, with the signed time "stamp"). "words" is what the reader agrees to, "came" the page
    # and the campaign that they came from, "back" the magnet's own page.
    "opt-in": frozenset(
        {
            "magnet",
            "title",
            "promise",
            "words",
            "mail",
            "name",
            "asks_name",
            "error",
            "error_text",
            "name_wrong",
            "stamp",
            "came",
            "post",
            "checking",
            "back",
        }
    ),
    # "Look in your mailbox", the same for everybody; "back" asks again.
    "sent": frozenset({"title", "back"}),
    # A link to a lead magnet that is too old: one button asks for another. Said: it is on its way.
    "late": frozenset({"key", "title", "said"}),
    # Takes the code for a lead magnet that is given to who wrote to the creator elsewhere.
    "magnet-code": frozenset({"magnet", "title", "code", "error", "error_text", "back"}),
    # What a link to unsubscribe leads to. Sections: asking, done (with a way back, if there are
    # "words" that they would agree to), declining and declined (somebody else asked in their name).
    "unsubscribe": frozenset({"key", "asking", "done", "words", "declining", "declined"}),
    # Asks once more before everything is erased; says what stays in the books.
    "delete": frozenset({"mail", "running"}),
}

# name of the mail -> its slots; every mail may also use COMMON_SLOTS
MAILS: Mapping[str, frozenset[str]] = {
    "sign-in": frozenset({"code", "link", "minutes"}),
    "receipt": frozenset({"number", "product", "price", "until", "forever", "renews", "link"}),
    # Sections: renews (a membership, two weeks before), else it ends (a pass).
    "ending": frozenset({"product", "until", "renews", "link"}),
    # To both mailboxes, each with its own link.
    "change-mail": frozenset({"link", "minutes", "new"}),
    "mail-changed": frozenset(),
    "deleted": frozenset({"running"}),
    # Asks whoever has the address to confirm. "unsubscribe" leads to where one can say: not me.
    "opt-in": frozenset({"title", "link", "hours", "unsubscribe"}),
}
COMMON_SLOTS = frozenset({"site", "home", "account"})

# The page that hands a lead magnet out, one for each and each language (`MagnetText.page`).
# "files" is a list (number, name, size). "post_url" is where a magnet that is a post is read, also
# a section; "until" is when the link ends, also a section; "letters" is true for who gets letters
# from now on, "fresh" right after confirming.
DELIVERY_PAGE_SLOTS = frozenset(
    {"key", "files", "number", "name", "size", "until", "post_url", "letters", "fresh"}
)

# Mails that the build prepares one by one, with their slots beside COMMON_SLOTS: that of each lead
# magnet (`MagnetText.mail`), and a letter of the creator's. "letters" is a section: they get them.
# "name" is also a section, "" for who gave none.
DELIVERY_MAIL_SLOTS = frozenset({"link", "days", "unsubscribe", "letters"})
LETTER_SLOTS = frozenset({"name", "unsubscribe"})

# A private feed has these, and a section `open:<id>` for each gated post in it, where the id is
# quoted as in addresses (`quote(id, safe="/")`): the whole entry if it stands, else the teaser.
# "self" is the feed's own address, "title_note" says whose it is (also a section, "" for nothing),
# "lapsed" is a section, "key" goes into the addresses of pictures.
FEED_SLOTS = frozenset({"self", "title_note", "lapsed", "account", "key"})

# code -> (title, sentence), in English; the theme's catalogue translates them.
# Titles head a page, sentences stand alone in JSON and forms.
MESSAGES: Mapping[str, tuple[str, str]] = {
    "unavailable": (
        "Not switched on yet",
        (
            "Buying and signing in are not switched on on this site yet."
            " Nothing was charged and nothing was sent."
        ),
    ),
    "nothing-here": ("Nothing here", "There is nothing at this address."),
    "wrong-method": ("That did not work", "This address cannot be used like this."),
    "bad-request": (
        "That did not work",
        "The request could not be read. Go back, reload the page and try again.",
    ),
    "too-large": ("That did not work", "The request is too large."),
    "foreign": (
        "That did not work",
        "The request came from another site. Open the page again and press the button there.",
    ),
    "too-many": (
        "Too many tries",
        "There were too many tries. Wait an hour and try again.",
    ),
    "trouble": (
        "Something broke here",
        "This is our fault. Nothing was charged. Try again in a minute.",
    ),
    "payments-down": (
        "The payment service does not answer",
        "Nothing was charged. Try again in a minute.",
    ),
    "locked": (
        "This part is for those who bought it",
        "The offers stand below the post. If you paid, sign in.",
    ),
    "locked-subscribers": (
        "This part is for subscribers",
        "Sign in with your address, free of charge, and read on.",
    ),
    "expired": (
        "Your access has ended",
        "The time you paid for is over. Renew it, and everything opens again.",
    ),
    "held": (
        "Your access is on hold",
        ("The bank has asked a question about this payment. It opens again once that is settled."),
    ),
    "pending": (
        "Your payment is on its way",
        "It opens by itself as soon as the payment arrives. There is no need to pay again.",
    ),
    "sign-in-first": ("Sign in first", "This page is only for those who are signed in."),
    "mail-invalid": ("Sign in", "This does not look like a mail address."),
    "code-wrong": ("Sign in", "This is not the code in the mail. Look again."),
    "code-dead": (
        "Sign in",
        "This code is no longer valid. Ask for another one.",
    ),
    "link-dead": (
        "This link is used up",
        "It was used already, or it is too old. Ask for another one.",
    ),
    "signed-out": ("Signed out", "You are signed out on this device."),
    "offer-gone": (
        "No longer sold",
        "This offer is no longer sold. Nothing was charged.",
    ),
    "already-active": (
        "You are a member already",
        "Your membership is running, so there is nothing to pay.",
    ),
    "already-owned": ("You own this already", "It is yours, so there is nothing to pay."),
    "order-unknown": (
        "No such order",
        "There is no order with this number. Write to us and quote it.",
    ),
    "not-paid": (
        "Not paid",
        "The payment did not go through. Nothing was charged.",
    ),
    "redeem-unknown": (
        "Redeem a code",
        "There is no such code. Look for similar characters, and try again.",
    ),
    "redeem-used": ("Redeem a code", "This code was used already."),
    "redeem-over": ("Redeem a code", "This code is no longer valid."),
    "redeem-yours": ("Redeem a code", "You have redeemed this code before, so it is yours."),
    "redeemed": ("Redeemed", "It is yours now."),
    "cancelled": (
        "Cancelled",
        "It will not be renewed. You can read until the paid time ends.",
    ),
    "resumed": ("Resumed", "It will be renewed as before."),
    "feeds-replaced": (
        "New feed addresses",
        "The old addresses no longer work. Give your feed reader the new ones.",
    ),
    "feed-gone": (
        "This feed address no longer works",
        "It was replaced. Your account shows the one that works.",
    ),
    "guest": (
        "Bought in this browser",
        "You are not signed in, so this is only what was bought in this browser. Sign in for more.",
    ),
    "device-out": ("Signed out", "That device is signed out."),
    "devices-out": ("Signed out", "All other devices are signed out."),
    "change-sent": (
        "Look in both mailboxes",
        "We have written to the old and the new address. Confirm in both.",
    ),
    "change-half": ("Half way", "Now confirm in the other mailbox, too."),
    "mail-changed": (
        "Address changed",
        "From now on you sign in with the new address. All other devices are signed out.",
    ),
    "mail-taken": (
        "Address in use",
        "This address has an account of its own. Sign in with it.",
    ),
    "magnet-gone": (
        "No longer there",
        "This is no longer given away. Nothing was sent.",
    ),
    "name-invalid": (
        "Your first name",
        "A name has letters and spaces, at most 40 of them.",
    ),
    "mail-disposable": (
        "Your mail address",
        "Mail to throw-away addresses is lost. Give one that you read.",
    ),
    "opt-in-sent": (
        "Look in your mailbox",
        "A mail with a link is on its way. Open it and press the button there.",
    ),
    "opt-in-check": (
        "One more step",
        "Look at the address once more, and send it again with the stamp.",
    ),
    "delivery-dead": (
        "This link does not work",
        "It is not whole, or what it led to is gone. Ask for another one.",
    ),
    "delivery-late": (
        "This link is too old",
        "Such links work for seven days. Ask for another one.",
    ),
    "delivery-code-late": (
        "This link is too old",
        "Such links work for seven days. Type the code once more.",
    ),
    "delivery-again": (
        "Look in your mailbox",
        "If this address is still here, a mail with a new link is on its way.",
    ),
    "letters-on": ("Letters", "You get the letters from now on."),
    "letters-off": (
        "Letters",
        "You get no more letters. Sign-in mails and receipts still arrive.",
    ),
    "declined": (
        "Done",
        "For a month, nobody can have such a mail sent to you.",
    ),
    "unsubscribe-dead": (
        "This link does not work",
        "It is not whole. Sign in, and unsubscribe in your account.",
    ),
    "deleted": (
        "Deleted",
        "Everything about you is erased, except what the books must keep.",
    ),
}


@dataclass(frozen=True)
class Words:
    """`words.json`: what the service says of its own accord in one language.

    `messages` maps each code of MESSAGES to its title and sentence; `date` has the gaps `{y}`,
    `{m}`, `{month}`, `{d}`, `months` are the twelve names; `terms` are single words by English.
    """

    messages: Mapping[str, tuple[str, ...]]
    date: str
    months: tuple[str, ...]
    terms: Mapping[str, str] = field(default_factory=dict)

    def day(self, local: datetime) -> str:
        """Return a local date as people write it."""
        month = self.months[local.month - 1]
        return self.date.format(y=local.year, m=local.month, d=local.day, month=month)


# Single words that the service needs in running text, see Words.terms.
TERMS: tuple[str, ...] = (
    "Home",
    "Sign in",
    "Your account",
    "Try again",
    "Go on",
    "To the offers",
    "paid",
    "refunded",
    "refunded in part",
    "in dispute",
    "waiting for the payment",
    "not paid",
    "redeemed",
    "given",
    "free",
    "per month",
    "per year",
    "once",
    "for {n} days",
    "Phone",
    "Tablet",
    "Computer",
    "WeChat",
    "To the form",
    "Read on",
)
