// The progress of a change that a page has started, in the place of its form.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { Problem } from "./Problem";
import { RunProgress } from "./RunProgress";
import type { Change } from "./useChange";

interface Props {
  title: string;
  change: Change;
  /** The form; kept as it is while the change runs, and shown again when nothing of it could be done. */
  children: ReactNode;
}

export function ChangePanel({ title, change, children }: Props) {
  const { working, stuck, progress } = change;
  const covered = working || stuck || progress.state === "done";
  return (
    <SpaceBetween size="l">
      {!covered && <Problem error={change.problem} />}
      {covered && (
        <Container
          header={<Header variant="h1">{title}</Header>}
          footer={
            stuck && (
              <Box float="right">
                <SpaceBetween direction="horizontal" size="xs">
                  <Button onClick={change.leave}>Back to the form</Button>
                  <Button variant="primary" onClick={() => void change.again()}>
                    Try again
                  </Button>
                </SpaceBetween>
              </Box>
            )
          }
        >
          <SpaceBetween size="m">
            <Problem error={stuck ? change.problem : undefined} />
            {stuck && (
              <Box>
                What is done stays. “Try again” goes on at the step that failed and does nothing twice; going back to the
                form begins anew.
              </Box>
            )}
            {progress.steps.length ? <RunProgress progress={progress} /> : <Box>Looking up what is needed…</Box>}
          </SpaceBetween>
        </Container>
      )}
      <div hidden={covered}>{children}</div>
    </SpaceBetween>
  );
}
