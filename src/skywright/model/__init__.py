"""The words of Skywright as frozen types. No input or output; imports nothing of ours but the errors."""
