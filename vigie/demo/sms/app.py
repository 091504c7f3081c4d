"""The practice gateway: one server, one memory, four providers by their own paths."""

from typing import Any

import uvicorn
from starlette.applications import Starlette

from vigie.clock import SystemClock
from vigie.demo.sms import brevo, callbacks, free_mobile, ovhcloud, twilio
from vigie.demo.sms.state import Gateway
from vigie.ports import Clock


def build_app(
    account: str, token: str, clock: Clock | None = None, *, answers_to: str | None = None
) -> Starlette:
    """Return the server; `app.state.gateway` is its memory.

    `account` and `token` are Twilio's; the other providers' logins are constants of their modules.
    `answers_to` is where people's answers are told.
    """
    routes = (
        *twilio.routes(account, token),
        *ovhcloud.routes(),
        *brevo.routes(),
        *free_mobile.routes(),
        *callbacks.ROUTES,
    )
    app = Starlette(routes=routes)
    app.state.gateway = Gateway(clock or SystemClock())
    app.state.account = account
    app.state.token = token
    app.state.answers_to = answers_to
    return app


def practice_sms(url: str, account: str, token: str, *order: str) -> dict[str, Any]:
    """Return the section `alerting.sms` that reaches this server, each provider by its own API."""
    own = {
        "twilio": {"url": url, "account": account, "token": token, "sender": "+33700000000"},
        "ovhcloud": {
            "url": f"{url}/1.0",
            "service": ovhcloud.SERVICE,
            "application": ovhcloud.APPLICATION,
            "application_secret": ovhcloud.APPLICATION_SECRET,
            "consumer": ovhcloud.CONSUMER,
            "sender": "Sourcebelle",
        },
        "brevo": {"url": f"{url}/v3", "key": brevo.KEY, "sender": "Sourcebelle"},
        "free_mobile": {
            "url": url,
            "lines": [{"person": "alix", "user": free_mobile.USER, "key": free_mobile.KEY}],
        },
    }
    return {"order": list(order), **{name: own[name] for name in order}}


def serve(app: Starlette, host: str, port: int) -> None:
    """Run the server until it is interrupted."""
    uvicorn.run(app, host=host, port=port, log_level="warning")
