"""Identity: who may come in, into which company, and as whom there."""

from dougong.kernel.identity.identities import (
    Identity,
    Membership,
    create_identity,
    identity_by_login,
    keep_out_of,
    let_into,
    memberships,
    set_active,
    set_locale,
    set_password,
)
from dougong.kernel.identity.passwords import STANDARD, Passwords
from dougong.kernel.identity.refusals import (
    LoginTaken,
    LoginUnusable,
    NotYourCompany,
    PasswordTooWeak,
    SignInPaused,
    SignInRefused,
)
from dougong.kernel.identity.schema import IDENTITY_SQL
from dougong.kernel.identity.sessions import (
    Session,
    Who,
    enter_company,
    sign_in,
    sign_out,
    sign_out_everywhere,
    sweep,
    who,
)
from dougong.kernel.identity.tokens import (
    ApiToken,
    IssuedToken,
    issue_token,
    revoke,
    tokens_of,
    who_by_token,
)

__all__ = [
    "IDENTITY_SQL",
    "STANDARD",
    "ApiToken",
    "Identity",
    "IssuedToken",
    "LoginTaken",
    "LoginUnusable",
    "Membership",
    "NotYourCompany",
    "PasswordTooWeak",
    "Passwords",
    "Session",
    "SignInPaused",
    "SignInRefused",
    "Who",
    "create_identity",
    "enter_company",
    "identity_by_login",
    "issue_token",
    "keep_out_of",
    "let_into",
    "memberships",
    "revoke",
    "set_active",
    "set_locale",
    "set_password",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "sweep",
    "tokens_of",
    "who",
    "who_by_token",
]
