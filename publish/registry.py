"""The commands by name: one line here, one module with `command(words)` in publish/commands/."""

from __future__ import annotations

from dataclasses import dataclass

from publish.contract.catalogue import N_


@dataclass(frozen=True)
class Entry:
    """A command: its name, the module that makes it, and the line that `inkstead --help` shows."""

    name: str
    module: str
    summary: str


COMMANDS = (
    Entry("init", "publish.commands.init", N_("start a site of your own in a new folder")),
    Entry("new", "publish.commands.new", N_("start a post, page or product")),
    Entry("serve", "publish.commands.serve", N_("show the site on this machine while you write")),
    Entry("check", "publish.commands.check", N_("list errors, warnings, drafts, scheduled posts")),
    Entry("build", "publish.commands.build", N_("make the whole site, ready for a web server")),
    Entry("products", "publish.commands.products", N_("bring products and prices to Stripe")),
    Entry("readers", "publish.commands.readers", N_("look after readers and what they may read")),
    Entry("orders", "publish.commands.orders", N_("look at orders, give money back")),
    Entry("codes", "publish.commands.codes", N_("make, list and revoke redemption codes")),
    Entry("events", "publish.commands.events", N_("repair what was missed of Stripe's events")),
)
