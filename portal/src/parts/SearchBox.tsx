// A search box that asks the cloud only when the typing pauses.
import TextFilter from "@cloudscape-design/components/text-filter";
import { useEffect, useRef, useState } from "react";

const PAUSE_MILLISECONDS = 300;

interface Props {
  label: string;
  hint: string;
  text: string;
  onChange: (text: string) => void;
}

export function SearchBox({ label, hint, text, onChange }: Props) {
  const [typed, setTyped] = useState(text);
  const told = useRef(text);
  const tell = useRef(onChange);
  tell.current = onChange;

  useEffect(() => {
    // The text was changed from outside, by a link or the back button.
    if (text !== told.current) {
      told.current = text;
      setTyped(text);
    }
  }, [text]);

  useEffect(() => {
    if (typed === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = typed;
      tell.current(typed);
    }, PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [typed]);

  return (
    <TextFilter
      filteringText={typed}
      filteringPlaceholder={hint}
      filteringAriaLabel={label}
      onChange={({ detail }) => setTyped(detail.filteringText)}
    />
  );
}
