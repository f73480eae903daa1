// Signing in with an account's access key.
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { explain, signIn, type Session } from "../api/client";
import { TextField } from "../parts/fields";

export function SignIn({ onSession }: { onSession: (session: Session) => void }) {
  const [key, setKey] = useState("");
  const [secret, setSecret] = useState("");
  const [token, setToken] = useState("");
  const [endpoint, setEndpoint] = useState("");
  const [region, setRegion] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  const submit = async () => {
    if (!key.trim() || !secret.trim()) {
      setProblem("Give the access key id and the secret access key.");
      return;
    }
    setBusy(true);
    setProblem("");
    try {
      onSession(
        await signIn({
          access_key_id: key.trim(),
          secret_access_key: secret.trim(),
          session_token: token.trim() || undefined,
          endpoint: endpoint.trim() || undefined,
          region: region.trim() || undefined,
        }),
      );
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };

  return (
    <div className="signin">
      <main>
        <div className="signin-mark">
          <img src="./icon.svg" alt="" />
          <span>Cloud console</span>
        </div>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <Container
            header={
              <Header variant="h1" description="With the access key of an account">
                Sign in
              </Header>
            }
            footer={
              <Button variant="primary" formAction="submit" loading={busy} fullWidth>
                Sign in
              </Button>
            }
          >
            <SpaceBetween size="m">
              <div role="alert">{problem && <Alert type="error" header="Not signed in">{problem}</Alert>}</div>
              <TextField label="Access key id" value={key} onChange={setKey} autoFocus autoComplete="username" />
              <TextField label="Secret access key" value={secret} onChange={setSecret} type="password" autoComplete="current-password" />
              <ExpandableSection headerText="More options">
                <SpaceBetween size="m">
                  <TextField
                    label="Cloud address"
                    value={endpoint}
                    onChange={setEndpoint}
                    placeholder="http://127.0.0.1:5000"
                    hint="Empty: the account's own cloud"
                  />
                  <TextField label="Region" value={region} onChange={setRegion} placeholder="eu-west-1" />
                  <TextField label="Session token" value={token} onChange={setToken} type="password" autoComplete="off" />
                </SpaceBetween>
              </ExpandableSection>
            </SpaceBetween>
          </Container>
        </form>
      </main>
    </div>
  );
}
