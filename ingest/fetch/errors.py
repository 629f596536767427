"""Why a page was not had."""

from __future__ import annotations

from rag.errors import ShioriError
from rag.storage.link_ledger import LinkStatus


class FetchError(ShioriError):
    """A page cannot be had; `status` is its row in the ledger, the message says why.

    `transient` says that another try may help; `no_network` that this machine, rather than the
    site, seems to be cut off; `dead_host` that every other page of the host would fail the same
    way; `origin` is the host that failed, as `scheme://host:port`, where one did.
    """

    def __init__(
        self,
        status: LinkStatus,
        message: str,
        *,
        transient: bool = False,
        no_network: bool = False,
        dead_host: bool = False,
    ) -> None:
        super().__init__(message)
        self.status: LinkStatus = status
        self.transient = transient
        self.no_network = no_network
        self.dead_host = dead_host
        self.origin = ""

    def again(self) -> FetchError:
        """The same error for another page of the host, for which no further try is made."""
        return FetchError(
            self.status, str(self), no_network=self.no_network, dead_host=self.dead_host
        )
