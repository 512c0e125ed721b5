"""The sagas of this system; importing this package registers them all."""

from common.saga import latest, registry
from orchestrator_svc.sagas.order import OrderData, OrderSaga
from orchestrator_svc.sagas.undo import CancelOrderSaga, UndoData, undo_data

__all__ = [
    "CancelOrderSaga",
    "OrderData",
    "OrderSaga",
    "UndoData",
    "latest",
    "registry",
    "undo_data",
]
