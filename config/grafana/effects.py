"""The board's rows about what was done: messages to people, decisions, and the last of each."""

from config.grafana.panels import AnyPanel, curve, listing, query
from config.grafana.tables import ACTIONS, DEAD_LETTERS, INCIDENTS


def effects() -> list[AnyPanel]:
    """Return how much was sent, decided and done."""
    return [
        _by(
            "Notifications",
            "Essais d’envoi par canal, selon leur issue.",
            "vigie_notifications_total",
            ("channel", "outcome"),
        ),
        _by(
            "SMS\u202f: relais",
            "SMS qu’une passerelle n’a pas pu envoyer\u202f; la suivante prend le relais, s’il y en"
            " a une.",
            "vigie_sms_failovers_total",
            ("gateway",),
        ),
        _by(
            "Réponses et accusés",
            "Ce qui arrive de l’extérieur\u202f: réponses par lien ou par SMS, accusés de"
            " réception, et ce qu’il en est advenu.",
            "vigie_received_total",
            ("kind", "outcome"),
        ),
        _by(
            "Actions",
            "Actions de modération entrées dans chaque état. En mode «\u202fshadow\u202f», rien"
            " n’est masqué.",
            "vigie_actions_total",
            ("state",),
        ),
        _by(
            "Décisions et motifs",
            "Décisions sur les commentaires. La critique n’est jamais masquée par la machine.",
            "vigie_decisions_total",
            ("verdict", "reason"),
        ),
        _by(
            "Étapes des incidents",
            "Incidents ouverts, aggravés, apaisés, clos, par veille.",
            "vigie_incident_events_total",
            ("watch", "change"),
        ),
        _by(
            "Signaux",
            "Ce sur quoi reposent les étapes des incidents, par détecteur.",
            "vigie_signals_total",
            ("watch", "kind"),
        ),
    ]


def _by(title: str, says: str, counter: str, labels: tuple[str, ...]) -> AnyPanel:
    total = f"sum by ({', '.join(labels)}) (increase({counter}[$__rate_interval]))"
    legend = " ".join(f"{{{{{label}}}}}" for label in labels)
    return curve(title, says, "short", query(total, legend)).span(12)


def details() -> list[AnyPanel]:
    """Return the last incidents, actions and dead letters, each with its reason."""
    return [
        listing(
            "Derniers incidents", "L’état présent des incidents, le dernier d’abord.", INCIDENTS
        ),
        listing(
            "Dernières actions",
            "Ce que la machine a masqué ou proposé, avec le motif, et ce qu’il en est advenu.",
            ACTIONS,
        ),
        listing(
            "Messages illisibles, par motif",
            "Ce qui n’a pas pu être lu, d’où et pourquoi\u202f; rien n’est perdu.",
            DEAD_LETTERS,
        ),
    ]
