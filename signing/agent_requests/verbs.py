"""Which acts agents can be asked for here. What cannot be served yet is refused with its reason, never faked."""

from __future__ import annotations

from collections.abc import Mapping

from config.sentences import later
from signing.agent_requests.claims import Verb
from signing.agent_requests.errors import VerbNotServed

NOT_SERVED: Mapping[Verb, str] = {
    Verb.ISSUE: later("The agency's seal is put on by this installation itself, after the official's signature."),
    Verb.APPENDIX: later("Attachments are part of the document here; they are not signed by themselves."),
    Verb.COPY: later("Certified copies are not signed here yet."),
    Verb.INCOMING: later("Incoming documents are not signed here; they are kept as they were handed in."),
}


def check_verb(name: str) -> Verb:
    """The act, if agents can be asked for it (VerbNotServed)."""
    try:
        verb = Verb(name)
    except ValueError:
        raise VerbNotServed(later("There is no such act.")) from None
    if reason := NOT_SERVED.get(verb):
        raise VerbNotServed(reason)
    return verb
