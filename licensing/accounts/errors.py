"""How accounts say no."""

from __future__ import annotations

from config.access import SignInNeeded
from config.errors import Conflict, NotAllowed, NotFound, RuleBroken
from config.sentences import Sentence, later, say


class AccountNotFound(NotFound):
    """There is no such account."""


class AgencyNotFound(NotFound):
    """There is no such agency."""


class PositionNotFound(NotFound):
    """There is no such position."""


class AppointmentNotFound(NotFound):
    """There is no such appointment."""


class RoleGrantNotFound(NotFound):
    """There is no such grant of a role."""


class TokenNotFound(NotFound):
    """There is no such token, or it is another's."""


class SessionNotFound(NotFound):
    """There is no such session, or it is another's."""


class AlreadyTaken(Conflict):
    """A code, login, address or key that must be unique is in use."""


class AlreadyAppointed(Conflict):
    """The periods of two appointments of one official to one position overlap."""


class AlreadyGranted(Conflict):
    """The official has this role at this agency in that period already."""


class PasswordChangedMeanwhile(Conflict):
    """The password that was to be replaced is not the account's any more."""


class NotAnOfficial(RuleBroken):
    """Only officials hold positions and roles."""


class PeriodBackwards(RuleBroken):
    """A period ends before it starts."""


class PasswordTooWeak(RuleBroken):
    """The password is too short or easy to guess."""


class DetailsNotAccepted(RuleBroken):
    """A name, address or number cannot be used as given."""


class ScopeNotHeld(RuleBroken):
    """A token cannot be given what its owner may not do, nor the right to make more tokens."""


class TooManyTokens(Conflict):
    """The account has as many tokens as it may have."""


class SigningRefused(NotAllowed):
    """This person may not sign for this agency today; the class says why."""


class AccountInactive(SigningRefused):
    """The account was closed."""


class AppointmentMissing(SigningRefused):
    """The official holds no position of the agency that may sign."""


class AppointmentEnded(SigningRefused):
    """The last appointment that allowed it has ended."""


class AppointmentNotBegun(SigningRefused):
    """The appointment that allows it begins later."""


class SigningKeyMissing(SigningRefused):
    """The official has no signing key."""


class SignInFailed(SignInNeeded):
    """Wrong login or password, or an account that may not sign in: the answer does not say which."""


class AddressNotVerified(Conflict):
    """Nobody knows yet whether mail reaches the applicant: the draft stays, and is handed in after that."""

    def __init__(self, address: str) -> None:
        super().__init__(
            say(
                "The e-mail address {address} is not confirmed yet. Open the link in the mail that we sent there, "
                "then hand in; the draft is kept. A wrong address is corrected on the page of your account.",
                address=address,
            )
        )


class AddressLinkEnded(NotFound):
    """The link is none of ours, too old, or for an address that the account does not use."""


class AddressTaken(Conflict):
    """Another account has this address by now."""


class PresentPasswordWrong(RuleBroken):
    """Whoever changes an address shows by the password to be the owner."""


class TooManyAttempts(NotAllowed):
    """Wait `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(later("Too many attempts; wait before you try again."))
        self.retry_after = retry_after

    @property
    def in_minutes(self) -> Sentence:
        """The refusal for a person, who waits in minutes."""
        return say("Too many attempts. Wait {minutes} min, then try again.", minutes=-(-self.retry_after // 60))
