"""Whether a server runs on the data and fires its jobs, and whether all passwords can be read."""

from wattledger.domain.instant import SECOND, Instant
from wattledger.secrets.vault import Vault
from wattledger.services.examine import Finding, Verdict
from wattledger.services.rotate_key import key_use
from wattledger.services.scheduler_beat import is_alive, scheduler_beat
from wattledger.store.database import Database


def examine_scheduler(database: Database, now: Instant, *, is_used: bool) -> Finding:
    """Tell when the scheduler last ticked; a server that is not meant to run is no fault.

    ``is_used`` says that another process uses the data folder now.
    """
    last = scheduler_beat(database)
    if is_alive(last, now) and last is not None:
        text = f"ticked {max(0, now - last.at) // SECOND} s ago ({last.owner})"
        return Finding("scheduler", Verdict.FINE, text)
    if not is_used:
        return Finding("scheduler", Verdict.FINE, "no server is running here")
    return Finding(
        "scheduler",
        Verdict.WARNING,
        "a process uses the data, and no scheduler fires the jobs",
        "if it is the server, see its log and start it again",
    )


def examine_passwords(database: Database, vault: Vault) -> Finding:
    """Tell whether every stored password can be decrypted."""
    use = key_use(database, vault)
    count = sum(use.by_key)
    if use.lost:
        return Finding(
            "passwords",
            Verdict.BROKEN,
            f"{use.lost} of {count + use.lost} stored passwords cannot be decrypted",
            f"put the key they need into {use.source}, or enter them anew",
        )
    if use.old:
        text = f"{use.old} of {count} need an old key"
        return Finding("passwords", Verdict.WARNING, text, "run 'wattledger key rotate'")
    return Finding("passwords", Verdict.FINE, f"{count}, all can be decrypted")
