"""Every rule, in the order in which they are laid over moto.

Owns the list and nothing else; add a subject's rules here.
"""

from skywright_gym.aws.behaviour import (
    absent,
    alarm_actions,
    alarms,
    billing,
    dependencies,
    encryption,
    event_windows,
    existence,
    filters,
    fleets,
    idformats,
    images,
    instances,
    interruptions,
    launch_checks,
    launching,
    lifecycle,
    limits,
    loadbalancers,
    machine_facts,
    metrics,
    modifications,
    paging,
    particulars,
    placement_groups,
    reservations,
    scaling,
    scaling_activities,
    scaling_groups,
    scaling_policies,
    service_quotas,
    settings,
    settling,
    snapshots,
    spot,
    spot_history,
    status_checks,
    subscriptions,
    targets,
    tokens,
    traffic,
    volumes,
)
from skywright_gym.aws.behaviour.rule import Rule, lay


def rules() -> tuple[Rule, ...]:
    """All rules, in order."""
    return (
        # Beneath all others: what is wrong in itself is refused as such.
        *limits.RULES,
        *service_quotas.RULES,
        *lifecycle.RULES,
        *status_checks.RULES,
        *volumes.RULES,
        *modifications.RULES,
        *snapshots.RULES,
        *images.RULES,
        *launching.RULES,
        *launch_checks.RULES,
        *spot.RULES,
        *spot_history.RULES,
        *fleets.RULES,
        *interruptions.RULES,
        *instances.RULES,
        *dependencies.RULES,
        *loadbalancers.RULES,
        *targets.RULES,
        *metrics.RULES,
        *traffic.RULES,
        *alarms.RULES,
        *alarm_actions.RULES,
        *filters.RULES,
        *tokens.RULES,
        *particulars.RULES,
        *machine_facts.RULES,
        *placement_groups.RULES,
        *reservations.RULES,
        *event_windows.RULES,
        *settings.RULES,
        *encryption.RULES,
        *subscriptions.RULES,
        *idformats.RULES,
        *scaling.RULES,
        *scaling_groups.RULES,
        *scaling_activities.RULES,
        *scaling_policies.RULES,
        *absent.RULES,
        *existence.RULES,
        *paging.RULES,
        *settling.RULES,
        *billing.RULES,
    )


def install() -> None:
    """Lay all rules over moto, once per process; again is harmless.

    Raises:
        MotoChanged: moto no longer has something that a rule wraps.
    """
    lay(rules())
