// The tags of a virtual machine.
import Button from "@cloudscape-design/components/button";
import { usePortal } from "../../../app/context";
import type { Instance, Tag } from "../../../api/wire";
import { untagSteps } from "../../../cloud/recipes/machines";
import { labelOf } from "../../../cloud/tags";
import type { Column } from "../../../parts/ResourceTable";
import { SmallTable } from "../../../parts/SmallTable";
import { TagDialog } from "../dialogs/Tag";

export function Tags({ machine }: { machine: Instance }) {
  const portal = usePortal();
  const id = machine.InstanceId;
  const remove = (tag: Tag) =>
    portal.perform(
      `Remove tag ${tag.Key}`,
      untagSteps(portal.cloud, [id], [{ Key: tag.Key }], `Remove tag ${tag.Key}`),
      `The tag ${tag.Key} of ${labelOf(machine)} is removed.`,
    );
  const columns: Column<Tag>[] = [
    { id: "key", header: "Key", isRowHeader: true, cell: (tag) => tag.Key },
    { id: "value", header: "Value", cell: (tag) => tag.Value || "–" },
    {
      id: "remove",
      header: "Remove",
      cell: (tag) => (
        <Button variant="inline-link" ariaLabel={`Remove tag ${tag.Key}`} onClick={() => remove(tag)}>
          Remove
        </Button>
      ),
    },
  ];
  return (
    <SmallTable
      title="Tags"
      columns={columns}
      rows={machine.Tags ?? []}
      idOf={(tag) => tag.Key}
      actions={
        <Button onClick={() => portal.openDialog(<TagDialog ids={[id]} label={labelOf(machine)} />)}>Add tags</Button>
      }
    />
  );
}
