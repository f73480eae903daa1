import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

export default ts.config(
  js.configs.recommended,
  ...ts.configs.recommended,
  a11y.flatConfigs.recommended,
  {
    plugins: { "react-hooks": hooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "max-lines": ["error", 300],
      "max-params": ["error", 6],
      // A log is a list without bullets, and a region that scrolls has to be reached by the keyboard.
      "jsx-a11y/no-noninteractive-tabindex": ["error", { roles: ["region"], tags: ["div"] }],
      "jsx-a11y/no-autofocus": "off",
    },
  },
  { files: ["checks/*.mjs"], languageOptions: { globals: { process: "readonly", console: "readonly", window: "readonly", document: "readonly", fetch: "readonly" } } },
  { ignores: ["node_modules"] },
);
