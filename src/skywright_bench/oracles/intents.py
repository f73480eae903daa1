"""The fields of an intent under the names that writers of exams give them. Judges nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "vms": ("vms", "vm", "targets"),
    "size": ("size", "type", "instance_type"),
    "size_gb": ("size_gb", "sizes_gb"),
    "disks": ("disks", "disk"),
    "existing": ("existing", "disk"),
    "port": ("port", "ports"),
    "source": ("source", "cidr"),
    "lb": ("lb", "lb_name", "name"),
    "to": ("to", "to_vm", "target_vm"),
    "new_name": ("new_name", "to"),
    "name": ("name", "names"),
    "new_network": ("new_network", "new_vpc"),
    "range": ("range", "cidr", "vpc_cidr"),
    "zone": ("zone", "az"),
    "spread": ("spread", "spread_zones", "spread_azs", "different_zones"),
    "health_path": ("health_path", "health_check_path"),
    "open_ports": ("open_ports", "ports"),
    "data_gb": ("data_disks_gb", "data_disk_gb", "disks_gb", "disk_gb", "data_disks"),
    "root_gb": ("root_gb", "root_disk_gb", "root_size_gb"),
    "lb_port": ("lb_port", "listener_port", "port"),
    "threshold": ("threshold", "percent"),
}
_KINDS: Mapping[str, str] = {
    "create_image": "image",
    "convert_to_spot": "to_spot",
    "lb_remove": "leave_lb",
    "lb_add": "join_lb",
    "modify_disk": "resize_disk",
    "protect_deletion": "protect",
    "unprotect_deletion": "unprotect",
    "protect_vms": "protect",
    "unprotect_vms": "unprotect",
    "reboot_vms": "restart_vms",
    "create_vpc": "create_network",
    "create_lb_existing": "create_lb",
    "lb_create": "create_lb",
    "lb_delete": "delete_lb",
    "put_behind_lb": "create_lb",
}


@dataclass(frozen=True)
class Intent:
    """What was meant."""

    row: Mapping[str, Any]

    @property
    def kind(self) -> str:
        said = str(self.row["kind"])
        return _KINDS.get(said, said)

    def get(self, field: str, default: Any = None) -> Any:
        """The first synonym of a field that has a value."""
        for name in _SYNONYMS.get(field, (field,)):
            if self.row.get(name) is not None:
                return self.row[name]
        return default

    def all(self, field: str) -> list[Any]:
        """A field's values, one or many."""
        value = self.get(field)
        return [] if value is None else list(value) if isinstance(value, list) else [value]
