// A page with one form that makes something.
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { ChangePanel } from "./ChangePanel";
import { useChange, type Wish } from "./useChange";

interface Props extends Wish {
  description?: string;
  submit: string;
  /** Where one goes without having made anything. */
  back: string;
  children: ReactNode;
}

export function FormPage({ title, description, submit, back, children, ...wish }: Props) {
  const change = useChange();
  return (
    <ChangePanel title={title} change={change}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void change.start({ title, ...wish });
        }}
      >
        <Form
          header={
            <Header variant="h1" description={description}>
              {title}
            </Header>
          }
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" href={back}>
                Cancel
              </Button>
              <Button variant="primary" formAction="submit">
                {submit}
              </Button>
            </SpaceBetween>
          }
        >
          <Container>
            <SpaceBetween size="m">{children}</SpaceBetween>
          </Container>
        </Form>
      </form>
    </ChangePanel>
  );
}
