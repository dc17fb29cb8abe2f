"""The pages: what a newsroom looks at, and how it changes what is watched."""
