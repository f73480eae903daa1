// The whole: signed in or not.
import Spinner from "@cloudscape-design/components/spinner";
import { useEffect, useState } from "react";
import { readSession, type Session } from "../api/client";
import { Provider } from "./Provider";
import { Shell } from "./Shell";
import { SignIn } from "./SignIn";

export function App() {
  // undefined: not known yet; null: nobody is signed in.
  const [session, setSession] = useState<Session | null>();
  const [isFresh, setFresh] = useState(false);
  useEffect(() => {
    readSession().then(setSession, () => setSession(null));
  }, []);
  if (session === undefined) {
    return (
      <main className="signin" aria-busy="true" aria-label="Loading">
        <Spinner size="large" variant="inverted" />
      </main>
    );
  }
  const begin = (begun: Session) => {
    setFresh(true);
    setSession(begun);
  };
  if (session === null) return <SignIn onSession={begin} />;
  return (
    <Provider session={session} onSignedOut={() => setSession(null)}>
      <Shell isFresh={isFresh} />
    </Provider>
  );
}
