"""Brain `PROVIDER:MODEL`: a language model, made strong by what is around it, harmless by where it acts."""
