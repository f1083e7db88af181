"""Which shipments follow from documents."""

from dougong.kernel.chains import Stage

SHIPPED = Stage(
    chain="sale",
    place=1,
    on="shipment",
    documents="SELECT document FROM shipment WHERE id = :id",
    records="SELECT id FROM shipment WHERE document = ANY(:documents)",
)
