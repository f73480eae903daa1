"""What real people type: in a breath, with hesitations, half in another language, with stories around it."""

from collections.abc import Callable, Mapping
from operator import contains
from typing import Any

from skywright.model.advice import Plan


def summaries(account: Any, said: list[str]) -> list[str]:
    found = [account.understand(words) for words in said]
    return [one.summary if isinstance(one, Plan) else f"{one}" for one in found]


def told(account: Any, said: Mapping[str, str], tells: Callable[[str, str], bool]) -> list[str]:
    """What is planned for each request; all of it must tell what it should."""
    found = summaries(account, list(said))
    assert all(tells(summary, wanted) for summary, wanted in zip(found, said.values(), strict=True)), found
    return found


def test_machines_that_are_named_one_after_the_other_are_all_made(account: Any) -> None:
    names = {
        "a machine named oak, a machine named elm and a machine named ash": "oak, elm, ash",
        "make one vm called tic, one called tac, and one called toe": "tic, tac, toe",
        "two servers: the first one named left-a, the second one named right-b": "left-a, right-b",
        "Three VMs in the same network. First: huey. Second: dewey. Third: louie.": "huey, dewey, louie",
        "three boxes called red green and blue lol": "red, green, blue",
        "I want three instances in one VPC; designate them pan-1, pan-2 and pan-3.": "pan-1, pan-2, pan-3",
        "Create three servers that sit on one network. Call them a-1, a-2 and a-3.": "a-1, a-2, a-3",
    }
    made = summaries(account, list(names))
    assert [summary.split(", named ")[-1] for summary in made] == list(names.values())


def test_a_name_that_merely_stands_there_is_the_machines(account: Any) -> None:
    said = ["spin up osprey", "create vm db_main", "create heron, in one network please", "new vm kiosk_7"]
    made = summaries(account, said)
    assert [summary.split(", named ")[-1] for summary in made] == ["osprey", "db_main", "heron", "kiosk_7"]


def test_numbers_are_read_however_they_are_spelt(account: Any) -> None:
    said = {
        "we are needing 3 nos. of servers in one VPC": "Create 3 ",
        "thre new mashines in the same netwrok": "Create 3 ",
        "one server is not enough, make it three new ones in one network": "Create 3 ",
        "RunInstances MinCount=1 MaxCount=1 InstanceType=t3.medium": "Create 1 ",
        "a second hard drive in web-1, fourty gb": "Attach a disk (40 GB",
        "attach a hunderd gb disk to web-1": "Attach a disk (100 GB",
    }
    told(account, said, str.startswith)


def test_a_balancer_is_known_by_what_it_does_and_its_ports_by_the_others(account: Any) -> None:
    said = {
        "three new computers and a thing in front that shares the visitors between them": "port 80, to 80 ",
        "could you make a ballancer and 3 new vm's behind it": "port 80, to 80 ",
        "three backends, be-1 be-2 be-3, port 5000, one new balancer in front on port 80": "80, to 5000 ",
        "CreateLoadBalancer fig-lb, listener 80, target group 8000, three new instances": "80, to 8000",
        "three web servers + lb, listens on 8443": "port 8443, ",
    }
    found = told(account, said, contains)
    assert all("Create 3 ×" in is_ for is_ in found), found


def test_which_machine_is_meant_is_found_where_it_was_said(account: Any) -> None:
    said = {
        "Boot diagnostics must be on for every machine; the one without is web-1. Switch it on.": "of web-1",
        "Since nothing important runs on web-2, let it be recreated as a spot machine.": "web-2 by a spot",
        "how do people reach mailer from outside? i mean its public ip": "addresses of mailer",
        "my provider asks: 'public IP of server'. Server is web-1. What shall I write?": "addresses of web-1",
        "our autoscaling tests need granular metrics, so flip web-1 to detailed monitoring": "of web-1",
        "i heard spot is cheaper. convert my server mailer to one": "mailer by a spot",
        "web-1 holds our x-ray pictures and is full. Add a disk of 30 GB to it.": "(30 GB gp3) to web-1",
    }
    found = told(account, said, contains)
    assert not any("web-1, web-2" in summary for summary in found)


def test_half_questions_are_answered(account: Any) -> None:
    said = {
        "web-1 on?": "Tell the state of web-1",
        "before i go home: mailer still running yes or no": "Tell the state of mailer",
        "I forgot if I stopped web-2 or not": "Tell the state of web-2",
        "EBS inventory: web-1": "Tell the disks of web-1",
        "Need every disk in web-1, its gigabytes and its type.": "Tell the disks of web-1",
        "lads want to join mailer after work, what's its public ip": "Tell the addresses of mailer",
        "does the cloud company have a breakdown or some repair works today?": "Tell the service health",
    }
    told(account, said, str.startswith)


def test_a_condition_that_is_only_polite_or_a_wish_hinders_nothing(account: Any) -> None:
    said = [
        "I would be glad if web-1 sent its metrics each minute instead of each five minutes",
        "I wish web-1 was monitored every sixty seconds. It is possible? If yes, then please turn it on.",
        "web-1 is a black box when it boots. Turn on boot diagnostics for it",
        "can you set web-1 so the metrics come in every 60 seconds",
    ]
    assert [account.changes(words) for words in said] == [["ec2:MonitorInstances"]] * len(said)


def test_talk_opinions_and_what_is_over_change_nothing(account: Any) -> None:
    said = [
        "we talked about three machines in one network, nothing final",
        "In the meeting Tom proposed to buy a 200 GB disk for web-1. It was rejected.",
        "I'd have made web-1 spot but my boss refused",
        "the old policy was: every server gets boot diagnostics",
        "In the old days we would create three servers and put a balancer in front by hand.",
        "whoever turned web-1 into spot last week, well done",
        "My manager thinks we should convert web-1 to spot. I disagree.",
        "they want a new server in Frankfurt. I haven't decided.",
        "we'll need a vm in January",
        "Consider whether web-1 needs detailed monitoring.",
        "detailed monitoring for web-1 was switched on last week, right?",
        "enabling detailed monitoring on web-1 - good or bad idea?",
        "If web-1 is idle. Stop it.",
        "Who attached a 40 GB disk to web-1?",
        "web-1 already has a 50 GB disk, no need for another",
        "would you rather have one server or three?",
        "Bonjour, je suis web-1",
    ]
    assert {words: account.changes(words) for words in said} == {words: [] for words in said}


def test_what_is_only_forbidden_is_answered_with_nothing_else(account: Any) -> None:
    said = [
        "don't create any vm yet, we are still discussing the budget",
        "Please never enable boot diagnostics on web-1, it costs money",
        'The documentation says: "create three instances in one subnet". What does subnet mean?',
    ]
    assert not any(isinstance(account.understand(words), Plan) for words in said)


def test_facts_in_a_sentence_of_their_own_are_not_passed_over(account: Any) -> None:
    said = {
        "We want a machine named zeta. The location should be Tokyo.": "ap-northeast-1",
        "Three machines and before them a load balancer. Location shall be Frankfurt": "eu-central-1",
        "Give web-1 another disk. 200 GB. gp2.": "200 GB gp2",
        "Attach a new volume to web-1. 60 GB. io1 would be nice.": "60 GB io1",
        "hook up a fresh sixty-gigabyte volume to web-1": "60 GB",
    }
    told(account, said, contains)


def test_the_time_of_day_of_what_happened_is_no_port_and_ends_no_sentence(account: Any) -> None:
    """`2 a.m.` once opened port 2 to everyone, who was only blaming the network."""
    said = {
        "web-1 froze around 4 a.m. and now, as usual, everyone blames the network. Enable its detailed "
        "monitoring.": "Turn on detailed monitoring of web-1",
        "Around 5 p.m. web-1 fell over, so restart web-1": "Restart web-1",
        "PublicIpAddress for web-1 (elastic or not, whichever is there)": "Tell the addresses of web-1",
    }
    told(account, said, str.__eq__)


def test_the_number_of_a_ticket_is_no_machine(account: Any) -> None:
    said = {
        "Ticket HLP-9931: restart web-1": "Restart web-1",
        "TASK-8080 user asks for the public ip of web-1": "Tell the addresses of web-1",
    }
    told(account, said, str.__eq__)
