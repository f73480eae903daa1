// The wizard's second step: image and disks.
import Container from "@cloudscape-design/components/container";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { images } from "../../../api/listings";
import { newestImages, SYSTEMS } from "../../../cloud/lookups";
import { DISK_TYPES } from "../../../cloud/recipes/disks";
import { Choice, NumberField, TextField } from "../../../parts/fields";
import { useRead } from "../../../parts/useRead";
import type { StepProps } from "./Basics";
import { OTHER_IMAGE } from "./form";

const OWN_IMAGES = 100;

export function Storage({ form, set, problems }: StepProps) {
  const own = useRead("own images", async (cloud) => (await images(cloud)(undefined, OWN_IMAGES)).rows);
  const newest = useRead(`newest images for ${form.type}`, (cloud) => newestImages(cloud, form.type.trim()));
  const options = [
    ...SYSTEMS.map(({ id, label }) => {
      const found = newest.data?.get(id);
      return { value: id, text: `${label}, newest${found ? ` (${found})` : ""}` };
    }),
    ...(own.data ?? []).slice(0, OWN_IMAGES).map((image) => ({
      value: image.ImageId,
      text: `${image.Name ?? image.ImageId} (${image.ImageId})`,
    })),
    { value: OTHER_IMAGE, text: "Another image, by its id" },
  ];
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Image</Header>}>
        <SpaceBetween size="m">
          <Choice label="Image" value={form.image} onChange={(image) => set({ image })} options={options} />
          {form.image === OTHER_IMAGE && (
            <TextField
              label="Image id"
              value={form.imageId}
              onChange={(imageId) => set({ imageId })}
              error={problems.imageId}
              placeholder="ami-"
            />
          )}
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Disks</Header>}>
        <ColumnLayout columns={3}>
          <NumberField
            label="System disk size (GB)"
            value={form.rootGb}
            onChange={(rootGb) => set({ rootGb })}
            error={problems.rootGb}
            hint="Empty: as in the image"
          />
          <TextField
            label="Data disk sizes (GB)"
            value={form.disks}
            onChange={(disks) => set({ disks })}
            error={problems.disks}
            placeholder="100, 50"
            hint="One size for each further disk, with commas"
          />
          <Choice
            label="Disk type"
            value={form.diskType}
            onChange={(diskType) => set({ diskType })}
            options={DISK_TYPES.map((value) => ({ value, text: value }))}
          />
        </ColumnLayout>
      </Container>
    </SpaceBetween>
  );
}
