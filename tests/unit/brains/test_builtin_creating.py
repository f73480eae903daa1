"""Machines are made as was said, and nothing else is."""


def test_three_machines_behind_a_load_balancer(target):
    answer = target.do("Create three VMs in the same network behind a load balancer in eu-west-1")
    assert len(answer["vms"]) == 3
    assert sorted(target.machines("eu-west-1")) == ["web-1", "web-2", "web-3"]
    assert not target.machines()


def test_a_disk_is_attached_to_a_machine_by_name(target):
    target.do("make me a box called web-1")
    target.do("attach a 100 GB disk to web-1")
    row = target.machines()["web-1"]
    assert [disk["DeviceName"] for disk in row["BlockDeviceMappings"]][1:] == ["/dev/sdf"]


def test_public_addresses(target):
    target.do("spin up a couple of servers named alpha and beta")
    answer = target.do("what are the public addresses?")
    assert {row["name"] for row in answer["vms"]} == {"alpha", "beta"}
    assert all(row["public_ip"] for row in answer["vms"])
