"""Signing in by the hospital's OpenID Connect, where the server is set up for it (``[auth]`` in ``.streamlit/secrets.toml``)."""

from __future__ import annotations

import os
from functools import cache

from streamlit.runtime.scriptrunner import StopException

from aadash.app.session import audit
from aadash.app.spoken import st


@cache
def required() -> bool:
    """Whether nobody gets in without signing in: AADASH_SIGN_IN says so, or the secrets have a section ``[auth]``."""
    from streamlit.runtime.secrets import secrets_singleton

    return bool(os.environ.get("AADASH_SIGN_IN")) or (secrets_singleton.load_if_toml_exists() and "auth" in secrets_singleton)


def check() -> None:
    """Stop a server that is to ask for a sign-in and cannot. Raises RuntimeError, which says what is missing."""
    if not required():
        return
    from importlib.util import find_spec

    from streamlit.runtime.secrets import secrets_singleton

    if not (secrets_singleton.load_if_toml_exists() and "auth" in secrets_singleton):
        raise RuntimeError(
            "AADASH_SIGN_IN is set, but .streamlit/secrets.toml has no section [auth]: nobody could sign in. See docs/DEPLOY.md."
        )
    if find_spec("authlib") is None:
        raise RuntimeError("Signing in needs the package Authlib: pip install -r requirements-department.txt. See docs/DEPLOY.md.")


def who() -> str:
    """Who is signed in, as the provider names them (e-mail address, else the subject); "" where nobody signs in. An address that the
    provider says it has not verified is anybody's to write, and is no name."""
    if not required() or not st.user.get("is_logged_in"):
        return ""
    email = "" if st.user.get("email_verified") in (False, "false") else st.user.get("email")
    return str(email or st.user.get("sub") or "")


def allowed(name: str) -> bool:
    """Whether AADASH_USERS lets this person in: addresses, or endings that begin with @, separated by commas; empty for everybody whom
    the provider lets in."""
    listed = [entry.strip().lower() for entry in os.environ.get("AADASH_USERS", "").split(",") if entry.strip()]
    return not listed or any(name.lower() == e or (e.startswith("@") and name.lower().endswith(e)) for e in listed)


def require() -> None:
    """Go on only for somebody who has signed in and may; else show the way in, and stop."""
    if not required():
        return
    name = who()
    if name and allowed(name):
        return
    st.title("AAdash", anchor=False)
    if name:
        audit.note("refused", who=name)
        st.error(f"You are signed in as {name.replace('@', ' at ')}, who is not on the list of this server's users.")
        st.button("Sign in as somebody else", on_click=st.logout)
    else:
        st.markdown("Sign in with your hospital's account to go on.")
        st.button("Sign in", type="primary", on_click=st.login, icon=":material/login:")
    raise StopException


def sign_out() -> None:
    """A line in the sidebar: who is signed in, and the way out."""
    name = who()
    if name:
        st.caption(f"Signed in as {name.replace('@', ' at ')}")
        st.button("Sign out", on_click=st.logout, type="tertiary", icon=":material/logout:")
