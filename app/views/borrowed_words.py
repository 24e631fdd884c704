"""Sentences of Flask-AppBuilder that our pages still show: listed here, our catalogues say them and overrule its own."""

from app.support.i18n import N_

BORROWED = (
    N_("Invalid login. Please try again."),
    N_("Access is Denied"),
    N_("Reset Password Form"),
    N_("Please use a good password policy, this application does not check this for you"),
    N_("Confirm Password"),
    N_("Please rewrite the password to confirm"),
    N_("Passwords must match"),
    N_("Password Changed"),
    N_("Either select a role or a group"),
)
