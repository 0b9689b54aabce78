"""The endpoints of Flow Service: connections, flows, specs, and how they are listed, filtered and patched."""
