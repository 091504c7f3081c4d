"""The gateways for text messages that the settings name, one behind another."""

from collections.abc import Callable, Mapping
from datetime import datetime

from alerting.channels.brevo import Brevo
from alerting.channels.failover import Failover
from alerting.channels.free_mobile import FreeMobile, Line
from alerting.channels.gateway import Gateway, SmsNotifier
from alerting.channels.ovhcloud import Ovhcloud
from alerting.channels.twilio import Twilio
from config import alerting as sections
from config.alerting import Sms


def text_messages(
    section: Sms,
    phones: Mapping[str, str],
    *,
    count: Callable[[str], None],
    now: Callable[[], datetime],
    callback: str | None = None,
) -> SmsNotifier | Failover:
    """Return the channel.

    `phones` are people's numbers, `count` is told which gateway could not send, `now` is real time:
    gateways do not play on a drill's clock. `callback` is where Twilio tells what arrived.
    """
    notifiers = [
        SmsNotifier(_gateway(section, name, phones, now, callback), timeout=section.timeout)
        for name in section.gateways
    ]
    return notifiers[0] if len(notifiers) == 1 else Failover(notifiers, count=count, now=now)


def _gateway(
    section: Sms,
    name: sections.Gateway,
    phones: Mapping[str, str],
    now: Callable[[], datetime],
    callback: str | None,
) -> Gateway:
    own = getattr(section, name)
    match own:
        case sections.Twilio():
            return Twilio(own, validity=section.validity, callback=callback)
        case sections.Ovhcloud():
            return Ovhcloud(own, validity=section.validity, now=now)
        case sections.Brevo():
            return Brevo(own)
        case sections.FreeMobile():
            lines = {
                phones[line.person]: Line(line.user, line.key.get_secret_value())
                for line in own.lines
                if line.person in phones
            }
            return FreeMobile(own.url, lines)
    raise AssertionError(name)  # settings name only what is configured
