// One disk.
import Container from "@cloudscape-design/components/container";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import { filters } from "../../api/listings";
import { DetailPage } from "../../parts/DetailPage";
import { orDash, time } from "../../parts/show";
import { useRead } from "../../parts/useRead";
import { COLUMNS, diskLabel, STEADY } from "./columns";
import { DiskActions } from "./DiskActions";

export function DiskDetail({ id }: { id: string }) {
  const read = useRead(
    `disk ${id}`,
    async (cloud) => (await cloud.call("ec2/DescribeVolumes", { Filters: filters({ "volume-id": id }) })).Volumes?.[0],
    (volume) => volume !== undefined && !STEADY.includes(volume.State),
  );
  return (
    <DetailPage
      parent={{ text: "Disks", href: "#/disks" }}
      id={id}
      read={read}
      titleOf={diskLabel}
      actions={(volume) => <DiskActions volume={volume} />}
    >
      {(volume) => (
        <Container>
          <KeyValuePairs
            columns={3}
            items={[
              ...COLUMNS.map((column) => ({ label: column.header, value: column.id === "id" ? id : column.cell(volume) })),
              { label: "IOPS", value: orDash(volume.Iops) },
              { label: "Created", value: time(volume.CreateTime) },
              { label: "From snapshot", value: orDash(volume.SnapshotId) },
            ]}
          />
        </Container>
      )}
    </DetailPage>
  );
}
