"""An episode as text, for people who look on. Owns its layout."""

from skywright_gym.env.episode import Episode
from skywright_gym.env.goal import disk_name_of, name_of


def picture(episode: Episode, last: str) -> str:
    """Slots, money, what is missing and what was done last, in some lines."""
    sight = episode.sight
    lines = [f"{episode.seconds:.0f} s, {episode.steps_left} steps left; last: {last or 'nothing'}"]
    for slot in range(len(episode.goal.slots)):
        machine, disk = sight.machine(name_of(slot)), sight.disk(disk_name_of(slot))
        stands = f"{machine.size} {machine.state}, monitoring {machine.monitoring}" if machine else "nothing"
        lines.append(f"  {name_of(slot)}: {stands}; disk {disk.state if disk else 'none'}")
    lines.append(f"  {sight.usd_hour:.4f} USD an hour, {episode.usd_spent:.6f} USD spent")
    missing = episode.judgement.missing
    lines += [f"  missing: {why}" for why in missing] or ["  achieved"]
    return "\n".join(lines)
