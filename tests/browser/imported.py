"""Files that were taken over, in every state that their pages know."""

from __future__ import annotations

from datetime import timedelta

from kombeheer import import_runs
from kombeheer.rules.accounts import Actor
from kombeheer.rules.imports import RunState
from kombeheer.services.imports import runs
from models.imports import ImportRun
from models.transaction import Database
from tests.field import Clock
from tests.services.imports.taking import source_of

HEAD = "nummer;naam;straat;postcode;plaats;gestopt_op\n"
SOUND = f"{HEAD}9118;Boersma Melktechniek;Dorpsstraat 12;8501 AB;Joure;\n9119;Vos;;;Sneek;\n"
FAULTY = f"{SOUND}9120;;;;Heeg;30-02-2025\n9118;Boersma;;;Joure;\n9121;{'Veenstra ' * 12};;;Heeg;\n"
CHANGED = SOUND.replace("Sneek", "IJlst") + "9122;Hofstra;;;Bolsward;\n"


def imported(database: Database, office: Actor, clock: Clock) -> dict[str, str]:
    """The public id of a run in each state, by its name."""

    def made(text: str, name: str) -> str:
        clock.pass_by(minutes=1)
        source = source_of("dealers", text)
        about = {"kind": "dealers", "file_name": name, "file_sha256": source.sha256}
        with database.transaction() as session:
            return runs.make_run(session, office, clock.moment, file=source.file, **about)

    def tried(text: str, name: str) -> str:
        public_id = made(text, name)
        import_runs.do_free(database)
        return public_id

    def put(public_id: str, state: RunState, *, is_trial: bool) -> None:
        """Leave a run where it is, as if another process does it."""
        with database.transaction() as session:
            run = session.query(ImportRun).filter_by(public_id=public_id).one()
            run.state, run.is_trial = state, is_trial
            run.claimed_until = clock.moment + timedelta(days=1)
            run.line_count, run.total_lines, run.new_count, run.remark_count = (
                12_000,
                25_301,
                11_940,
                2,
            )

    found = {"run_refused": tried(FAULTY, "dealers van vroeger.csv")}
    found["run_done"] = tried(SOUND, "dealers.csv")
    database.write(lambda session: runs.enter(session, office, clock.moment, found["run_done"]))
    import_runs.do_free(database)
    found["run_nothing"] = tried(SOUND, "dealers.csv")
    found["run_tried"] = tried(CHANGED, "dealers 2026.csv")
    found["run_failed"] = tried(SOUND, "dealers-oud.csv")
    put(found["run_failed"], RunState.FAILED, is_trial=True)
    for name, state, is_trial in (
        ("run_writing", RunState.WRITING, False),
        ("run_reading", RunState.READING, True),
    ):
        found[name] = made(SOUND, "een heel lange naam van een bestand met dealers van 2019.xlsx")
        put(found[name], state, is_trial=is_trial)
    return found
