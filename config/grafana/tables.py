"""SQL of the board's tables, on the read models of `vigie.storage.schema`.

The account it runs under can only read. Reasons and states are shown as they stand in the log.
"""

from typing import Final

INCIDENTS: Final = """\
SELECT i.updated AS "Mise à jour",
       i.watch AS "Veille",
       i.number AS "N°",
       CASE i.level WHEN 0 THEN 'VERT' WHEN 1 THEN 'JAUNE' WHEN 2 THEN 'ORANGE' ELSE 'ROUGE' END
           AS "Niveau",
       i.since AS "Depuis",
       e.change AS "Dernière étape",
       (SELECT string_agg(
            (s->>'count')
            || CASE s->>'kind' WHEN 'negative' THEN ' négatifs' WHEN 'toxic' THEN ' toxiques'
                               WHEN 'against' THEN ' critiques ou hostiles'
                               WHEN 'raid' THEN ' copies' WHEN 'thread' THEN ' dans un fil'
                               WHEN 'reach' THEN ' d’un très grand compte'
                               WHEN 'theme' THEN ' avec un mot nouveau'
                               WHEN 'silence' THEN ' : source muette '
                                   || coalesce(nullif(s->>'subject', ''), '(toutes)')
                               ELSE ' messages' END
            || ' sur ' || (s->>'n')
            || CASE WHEN (s->>'attacks')::int > 0
                    THEN ', dont ' || (s->>'attacks') || ' qui nous visent' ELSE '' END
            || ' (normal ' || replace(round((s->>'expected')::numeric, 1)::text, '.', ',') || ')',
            ' ; ')
        FROM json_array_elements(e.event->'signals') AS s) AS "Pourquoi",
       CASE e.event->>'nature' WHEN 'support' THEN 'soutien' WHEN 'information' THEN 'événement'
                               WHEN 'criticism' THEN 'critiques' WHEN 'attack' THEN 'attaques'
                               WHEN 'fault' THEN 'panne' ELSE '' END AS "Nature",
       e.event->'cause'->>'posts' AS "Messages en cause",
       coalesce(i.acknowledged_by, 'personne') AS "Pris par",
       i.opened AS "Ouvert",
       CASE WHEN i.caught_up THEN 'détecté au rattrapage' ELSE '' END AS "Remarque"
FROM incidents AS i
LEFT JOIN incident_events AS e ON e.id = i.id || '.' || i.version
ORDER BY i.updated DESC
LIMIT 50
"""

ACTIONS: Final = """\
SELECT at AS "Quand",
       state AS "État",
       verdict AS "Décision",
       reason AS "Motif",
       category AS "Catégorie",
       score AS "Score",
       threshold AS "Seuil",
       post AS "Message",
       detail AS "Détail"
FROM action_events
ORDER BY at DESC
LIMIT 50
"""

DEAD_LETTERS: Final = """\
SELECT origin AS "Origine",
       reason AS "Motif",
       count(*) AS "Nombre",
       min(at) AS "Premier",
       max(at) AS "Dernier"
FROM dead_letters
GROUP BY origin, reason
ORDER BY max(at) DESC
LIMIT 50
"""
