// An error, said aloud: by whom it was refused, and in whose words.
import Alert from "@cloudscape-design/components/alert";
import { CloudError, explain } from "../api/client";

export function problemHeader(error: unknown): string {
  if (!(error instanceof CloudError)) return "That does not go";
  if (error.refused) return "Refused by Skywright";
  return error.operation ? `${error.operation} failed: ${error.code}` : error.code;
}

export function Problem({ error }: { error: unknown }) {
  return (
    <div role="alert">
      {error !== undefined && (
        <Alert type="error" header={problemHeader(error)}>
          {explain(error)}
        </Alert>
      )}
    </div>
  );
}
