"""The states of Flow Service's objects.

Source: Adobe's swagger files. Others exist, such as `draft` and `failed`: an object in such a state neither can be
changed, nor will it be by waiting.
"""

SETTLED = ("enabled", "disabled")
"""The states in which an object can be changed."""
CHANGING = ("initializing", "updating", "enabling", "disabling", "enabled-finalizing", "delete-finalizing")
"""The temporary states, after which an object is settled or gone."""
