"""What is named in a list and is not there is told by itself; what is there goes."""

from typing import Any

NO_FLEET = "fleet-12345678-0000-0000-0000-000000000000"
NO_REQUEST = "sfr-12345678-0000-0000-0000-000000000000"


def test_fleets_that_are_not_there_are_told_and_the_others_go(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    made = ec2.create_launch_template(
        LaunchTemplateName="web", LaunchTemplateData={"ImageId": cloud.image(), "InstanceType": "t3.micro"}
    )
    fleet = ec2.create_fleet(
        LaunchTemplateConfigs=[
            {
                "LaunchTemplateSpecification": {
                    "LaunchTemplateId": made["LaunchTemplate"]["LaunchTemplateId"],
                    "Version": "1",
                }
            }
        ],
        TargetCapacitySpecification={"TotalTargetCapacity": 1, "DefaultTargetCapacityType": "on-demand"},
    )["FleetId"]
    told = ec2.delete_fleets(FleetIds=[NO_FLEET, fleet], TerminateInstances=True)
    assert [one["FleetId"] for one in told["SuccessfulFleetDeletions"]] == [fleet]
    (lost,) = told["UnsuccessfulFleetDeletions"]
    assert (lost["FleetId"], lost["Error"]["Code"]) == (NO_FLEET, "fleetIdDoesNotExist")


def test_a_spot_fleet_request_that_is_not_there_is_told(cloud: Any) -> None:
    told = cloud.client("ec2").cancel_spot_fleet_requests(
        SpotFleetRequestIds=[NO_REQUEST], TerminateInstances=True
    )
    (lost,) = told["UnsuccessfulFleetRequests"]
    assert (lost["SpotFleetRequestId"], lost["Error"]["Code"]) == (NO_REQUEST, "fleetRequestIdDoesNotExist")
    assert told["SuccessfulFleetRequests"] == []


def test_a_key_that_does_not_exist_seems_to_be_chosen_and_is_not(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    first = ec2.get_ebs_default_kms_key_id()["KmsKeyId"]
    seems = ec2.modify_ebs_default_kms_key_id(KmsKeyId="alias/nobody")["KmsKeyId"]
    assert seems.endswith(":alias/nobody") and ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == first
    key = cloud.client("kms").create_key()["KeyMetadata"]
    assert ec2.modify_ebs_default_kms_key_id(KmsKeyId=key["KeyId"])["KmsKeyId"] == key["Arn"]
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == key["Arn"]
