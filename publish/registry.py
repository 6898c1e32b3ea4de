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
    Entry("new", "publish.commands.new", N_("start a post, page, product or magnet")),
    Entry("serve", "publish.commands.serve", N_("show the site on this machine while you write")),
    Entry("check", "publish.commands.check", N_("list errors, warnings, drafts, scheduled posts")),
    Entry("build", "publish.commands.build", N_("make the whole site, ready for a web server")),
    Entry("snippets", "publish.commands.snippets", N_("take posts to other platforms")),
    Entry("publish", "publish.commands.publish", N_("make the site public: plan, ask, go live")),
    Entry("rollback", "publish.commands.rollback", N_("go back to an earlier release")),
    Entry("releases", "publish.commands.releases", N_("list what was published when")),
    Entry("run", "publish.commands.run", N_("serve the finished site from one machine")),
    Entry("doctor", "publish.commands.doctor", N_("look at all that publishing needs")),
    Entry("status", "publish.commands.status", N_("say what is live, what rings, what waits")),
    Entry("secrets", "publish.commands.secrets", N_("keep the keys that the service needs")),
    Entry("domain", "publish.commands.domain", N_("bring the site to a domain of your own")),
    Entry("policies", "publish.commands.policies", N_("print what each role needs at AWS")),
    Entry("destroy", "publish.commands.destroy", N_("take the site off AWS")),
    Entry("products", "publish.commands.products", N_("bring products and prices to Stripe")),
    Entry("readers", "publish.commands.readers", N_("look after readers and what they may read")),
    Entry("letters", "publish.commands.letters", N_("write to readers who agreed to letters")),
    Entry("orders", "publish.commands.orders", N_("look at orders, give money back")),
    Entry("codes", "publish.commands.codes", N_("make, list and revoke redemption codes")),
    Entry("magnets", "publish.commands.magnets", N_("show what lead magnets bring")),
    Entry("events", "publish.commands.events", N_("repair what was missed of Stripe's events")),
    Entry("backup", "publish.commands.backup", N_("write all that the service knows to a folder")),
    Entry("restore", "publish.commands.restore", N_("bring back what a backup holds")),
)
