"""Setting up and changing a stack: a proposal that can be read first, then its execution.

Every step can be repeated after a kill: what CloudFormation has begun it ends by itself, and the
next call waits for that.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from publish.contract.catalogue import N_
from publish.deploy.answers import Pause
from publish.deploy.clients import Client
from publish.deploy.stack import proposals
from publish.deploy.stack.following import MOST_ROUNDS, SECONDS, Following
from publish.deploy.stack.progress import Listen, silent
from publish.deploy.stack.proposals import Kind, Proposal, StackError, StackGuard
from publish.deploy.stack.states import TAG, StackState, region_of
from publish.deploy.stack.template import Template, effective, kept, minified, stamped

_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
_TAKEN = N_(
    'the account has a stack "{stack}" already, and Inkstead did not make it'
    " (choose another name under [publish] in site.toml)"
)
_ELSEWHERE = N_(
    'the site "{stack}" stands in region "{other}", not in "{region}"'
    " (correct region under [publish] in site.toml)"
)
_FAILED = N_(
    'the stack "{stack}" could not be changed and stands as before: {reason}'
    " (run it again once that is right)"
)
_NOT_MADE = N_(
    'the stack "{stack}" could not be set up: {reason} (run it again once that is right)'
)
_STUCK = N_('the stack "{stack}" does not get back to where it was: {reason} (look at it: {page})')
_NOT_GONE = N_('the stack "{stack}" could not be removed: {reason} (run it again)')
_NOT_PROPOSED = N_(
    'CloudFormation does not take the change of the stack "{stack}": {reason}'
    " (run it again once that is right)"
)


@dataclass(frozen=True)
class Stacks:
    """The stacks of one region, through a client of CloudFormation.

    With a client of S3, too, a site that stands in another region is noticed before it is set up
    twice.
    """

    client: Client
    s3: Client = None
    pause: Pause = time.sleep

    @property
    def _following(self) -> Following:
        return Following(self.client, self.pause)

    def state(self, name: str) -> StackState | None:
        """Return a stack by its name or id, None where there is none.

        Raises:
            Refused, Unreachable: AWS says no, or nothing.

        """
        return self._following.state(name)

    def propose(
        self,
        name: str,
        template: Template,
        parameters: Mapping[str, str],
        *,
        insist: frozenset[str] = frozenset(),
        listen: Listen = silent,
    ) -> Proposal:
        """Return what would change; a parameter that is not given stays as it is.

        What an earlier run has begun is waited for, and what is left of a stack that never came to
        stand is taken away first: it holds nothing, data is kept.

        Raises:
            StackGuard: it would take data away; nothing waits then.
            StackError: the name is taken, the stack is stuck, CloudFormation does not take it.
            Refused, Unreachable: AWS says no, or nothing.

        """
        stands = self._ready(name, listen)
        if stands is None:
            self._refuse_elsewhere(name, template)
        proposal = self._proposed(name, template, parameters, stands)
        try:
            proposals.guard(proposal.changes, insist)
        except StackGuard:
            self.discard(proposal)
            raise
        return proposal

    def execute(self, proposal: Proposal, listen: Listen = silent) -> StackState:
        """Make the changes of a proposal and return the stack as it stands then.

        Raises:
            StackError: it failed, and why; what stood before stands again.
            Refused, Unreachable: AWS says no, or nothing.

        """
        name, identity, nothing = proposal.stack, proposal.stack_id, proposal.kind == "none"
        before = self._following.seen(identity)
        if not nothing:
            self._following.ask("ExecuteChangeSet", name, ChangeSetName=proposal.change_set)
        state, events = self._following.wait(
            identity, before, len(proposal.changes), listen, begun=nothing
        )
        if state is None or state.state == "wreck":
            raise StackError(_NOT_MADE, stack=name, reason=self._following.why(state, events))
        if state.state == "stuck" or ("ROLLBACK" in state.status and not nothing):
            raise StackError(_FAILED, stack=name, reason=self._following.why(state, events))
        return state

    def settle(
        self,
        name: str,
        template: Template,
        parameters: Mapping[str, str],
        listen: Listen = silent,
    ) -> StackState:
        """Bring a stack to where it is to be, without asking, and return it.

        It is for the second pass of a first publish, which only fills in Origin.

        Raises:
            StackError: it failed, and why.
            Refused, Unreachable: AWS says no, or nothing.

        """
        return self.execute(self.propose(name, template, parameters, listen=listen), listen)

    def discard(self, proposal: Proposal) -> None:
        """Take a proposal back, and with it a stack that has nothing but the proposal.

        Raises:
            Refused, Unreachable: AWS says no, or nothing.

        """
        if not proposal.change_set:
            return
        name = proposal.stack
        self._following.ask("DeleteChangeSet", name, ChangeSetName=proposal.change_set)
        state = self.state(proposal.stack_id) if proposal.kind == "create" else None
        if state and state.state == "review":
            self.remove(state)

    def remove(self, state: StackState, listen: Listen = silent) -> tuple[str, ...]:
        """Remove a stack and return the physical names of what it leaves behind on purpose.

        Raises:
            StackError: it could not be removed whole, and why.
            Refused, Unreachable: AWS says no, or nothing.

        """
        before = self._following.seen(state.id)
        self._following.ask("DeleteStack", state.name, StackName=state.id)
        left, events = self._following.wait(state.id, before, 0, listen)
        if left is not None:
            raise StackError(_NOT_GONE, stack=state.name, reason=self._following.why(left, events))
        return tuple(each.physical for each in events if each.status == "DELETE_SKIPPED")

    def _ready(self, name: str, listen: Listen) -> StackState | None:
        """Return the stack to update, None for one to be made."""
        state = self.state(name)
        if state and not state.ours:
            raise StackError(_TAKEN, stack=name)
        if state and state.state == "working":
            seen = self._following.seen(state.id)
            state, _ = self._following.wait(state.id, seen, 0, listen, begun=True)
        if state and state.state == "stuck":
            state = self._freed(state, listen)
        if state and state.state == "wreck":
            self.remove(state, listen)
            state = None
        return None if state is None or state.state == "review" else state

    def _freed(self, state: StackState, listen: Listen) -> StackState | None:
        """Have a stack go back that failed to go back."""
        before = self._following.seen(state.id)
        self._following.ask("ContinueUpdateRollback", state.name, StackName=state.id)
        after, events = self._following.wait(state.id, before, 0, listen)
        if after and after.state == "stuck":
            reason = self._following.why(after, events)
            raise StackError(_STUCK, stack=state.name, reason=reason, page=state.page)
        return after

    def _refuse_elsewhere(self, name: str, template: Template) -> None:
        told = template["Resources"].get("PrivateBucket", {}).get("Properties", {})
        bucket = told.get("BucketName")
        if self.s3 is None or not isinstance(bucket, str):
            return
        here, other = str(self.client.meta.region_name), region_of(self.s3, bucket)
        if other and other != here:
            raise StackError(_ELSEWHERE, stack=name, other=other, region=here)

    def _proposed(
        self,
        name: str,
        template: Template,
        parameters: Mapping[str, str],
        stands: StackState | None,
    ) -> Proposal:
        found = self._asked(name, template, parameters, stands)
        if all(each.do != "import" for each in found.changes):
            return found
        # What is to be taken over would count as a name that is taken already.
        self.discard(found)
        return self._asked(name, template, parameters, stands, DisableValidation=True)

    def _asked(
        self,
        name: str,
        template: Template,
        parameters: Mapping[str, str],
        stands: StackState | None,
        **more: bool,
    ) -> Proposal:
        before = stands.parameters if stands else {}
        made = stamped(template, effective(template, parameters, before))
        told = self._following.ask(
            "CreateChangeSet",
            name,
            StackName=stands.id if stands else name,
            ChangeSetName=f"inkstead-{secrets.token_hex(8)}",
            ChangeSetType="UPDATE" if stands else "CREATE",
            TemplateBody=minified(made),
            Parameters=_parameters(template, parameters, before),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Tags=[{"Key": TAG, "Value": name}],
            # What an earlier stack left on purpose becomes part of this one again.
            ImportExistingResources=True,
            **more,
        )
        kind: Kind = "update" if stands else "create"
        empty = Proposal(name, kind, (), str(told["Id"]), str(told["StackId"]))
        return self._described(empty)

    def _described(self, empty: Proposal) -> Proposal:
        """Return a proposal with its changes once CloudFormation has found them."""
        name, told = empty.stack, self._computed(empty)
        if told["Status"] != "FAILED":
            changes = self._changes(empty, told)
            return Proposal(name, empty.kind, changes, empty.change_set, empty.stack_id)
        reason = self._following.explained(
            str(told.get("StatusReason", "")), ChangeSetName=empty.change_set
        )
        self.discard(empty)
        if empty.kind == "update" and any(each in reason for each in _NO_CHANGES):
            return Proposal(name, "none", stack_id=empty.stack_id)
        raise StackError(_NOT_PROPOSED, stack=name, reason=reason)

    def _computed(self, empty: Proposal) -> Mapping[str, Any]:
        for _ in range(MOST_ROUNDS):
            told: Mapping[str, Any] = self._page(empty)
            if told["Status"] in ("CREATE_COMPLETE", "FAILED"):
                return told
            self.pause(SECONDS)
        raise StackError(_NOT_PROPOSED, stack=empty.stack, reason="CREATE_IN_PROGRESS")

    def _page(self, empty: Proposal, **more: str) -> Any:
        where = {"ChangeSetName": empty.change_set, **more}
        return self._following.ask("DescribeChangeSet", empty.stack, **where)

    def _changes(self, empty: Proposal, told: Mapping[str, Any]) -> tuple[proposals.Change, ...]:
        found = list(told.get("Changes", ()))
        while told.get("NextToken"):
            told = self._page(empty, NextToken=str(told["NextToken"]))
            found += told.get("Changes", ())
        return tuple(proposals.change(each["ResourceChange"]) for each in found)


def _parameters(
    template: Template, given: Mapping[str, str], before: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the parameters as CloudFormation takes them; what is left out has its default."""
    return [
        {"ParameterKey": name, "ParameterValue": given[name]}
        if name in given
        else {"ParameterKey": name, "UsePreviousValue": True}
        for name in template.get("Parameters", {})
        if name in given or (name in before and kept(name))
    ]
