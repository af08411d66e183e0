"""Draws a layer of vector tiles in QGIS without a screen, as a user who types its address, that of its style and a
token: tiles_in_qgis.py ADDRESS LAYER QUERY TOKEN WEST SOUTH EAST NORTH PICTURE

Prints as JSON what QGIS took of the style, and how many pixels of the picture have which colour.
"""
import collections
import json
import os
import sys
from urllib.parse import quote

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import (  # noqa: E402
    QgsApplication, QgsAuthMethodConfig, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsMapRendererParallelJob, QgsMapSettings,
    QgsProject, QgsRectangle, QgsVectorTileLayer)
from qgis.PyQt.QtCore import QEventLoop, QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor  # noqa: E402

root, name, query, token, west, south, east, north, picture = sys.argv[1:]
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False, os.environ["HOME"])
app.initQgis()
manager = app.authManager()
assert manager.setMasterPassword("of this test", True)
sign = QgsAuthMethodConfig("Basic")
sign.setId("rounds0")
sign.setName("Rounds")
sign.setConfig("username", "gis")
sign.setConfig("password", token)
assert manager.storeAuthenticationConfig(sign)[0]

tiles, style = (quote(f"{root}/tiles/{name}/{path}{query}", safe="{}") for path in ("{z}/{x}/{y}.mvt", "style.json"))
layer = QgsVectorTileLayer(f"type=xyz&url={tiles}&styleUrl={style}&zmin=8&zmax=16&authcfg=rounds0", name)
assert layer.isValid(), layer.error().message()
said, styled = layer.loadDefaultStyle()

mercator = QgsCoordinateReferenceSystem("EPSG:3857")
settings = QgsMapSettings()
settings.setLayers([layer])
settings.setDestinationCrs(mercator)
settings.setOutputSize(QSize(800, 600))
settings.setBackgroundColor(QColor("white"))
to = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), mercator, QgsProject.instance())
settings.setExtent(to.transformBoundingBox(QgsRectangle(float(west), float(south), float(east), float(north))))
job = QgsMapRendererParallelJob(settings)
loop = QEventLoop()
job.finished.connect(loop.quit)
job.start()
loop.exec_()
image = job.renderedImage()
image.save(picture)
colours = collections.Counter(QColor(image.pixel(x, y)).name() for x in range(0, 800, 2) for y in range(0, 600, 2))
print(json.dumps({
    "styled": styled, "said": said, "errors": [error.message for error in job.errors()],
    "layers": [one.layerName() for one in layer.renderer().styles()] if layer.renderer() else [],
    "labels": len(layer.labeling().styles()) if layer.labeling() else 0,
    "colours": dict(colours.most_common(60)),
}))
sys.stdout.flush()
os._exit(0)  # QGIS 3.22 crashes when Python takes layers down after it
