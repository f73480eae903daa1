// Fields of forms: each with its own label, hint and error, tied together for screen readers.
import Autosuggest from "@cloudscape-design/components/autosuggest";
import FormField from "@cloudscape-design/components/form-field";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import { useId } from "react";

interface Common {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string;
  disabled?: boolean;
}

interface TextProps extends Common {
  type?: InputProps.Type;
  placeholder?: string;
  autoFocus?: boolean;
  autoComplete?: string;
}

export function TextField({ label, value, onChange, hint, error, autoComplete = "off", ...rest }: TextProps) {
  return (
    <FormField label={label} constraintText={hint} errorText={error} stretch>
      <Input value={value} onChange={({ detail }) => onChange(detail.value)} autoComplete={autoComplete} {...rest} />
    </FormField>
  );
}

export function NumberField(props: TextProps) {
  return <TextField {...props} type="number" />;
}

export interface Option {
  value: string;
  text: string;
  disabled?: boolean;
}

interface ChoiceProps extends Common {
  options: Option[];
}

/** A native select: one step for a keyboard, a screen reader and an agent alike. */
export function Choice({ label, value, onChange, hint, error, options, disabled }: ChoiceProps) {
  const id = useId();
  const described = [error && `${id}-error`, hint && `${id}-constraint`].filter(Boolean).join(" ");
  return (
    <FormField label={label} constraintText={hint} errorText={error} controlId={id} stretch>
      <select
        id={id}
        className="choice"
        value={value}
        disabled={disabled}
        aria-describedby={described || undefined}
        aria-invalid={error ? true : undefined}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.text}
          </option>
        ))}
      </select>
    </FormField>
  );
}

interface SuggestProps extends Common {
  options: { value: string; description?: string }[];
  placeholder?: string;
}

/** A text with suggestions; anything may be typed. */
export function SuggestField({ label, value, onChange, hint, error, options, placeholder }: SuggestProps) {
  return (
    <FormField label={label} constraintText={hint} errorText={error} stretch>
      <Autosuggest
        value={value}
        onChange={({ detail }) => onChange(detail.value)}
        options={options}
        enteredTextLabel={(text) => `Use "${text}"`}
        placeholder={placeholder}
        empty="No suggestion"
        filteringType="auto"
      />
    </FormField>
  );
}
