"""Opens collections in QGIS without a screen: prints the name, the number of features and the fields of each.

After the address and the token come names of collections, or a project of which the layers are opened.
With --rows before all it prints every feature instead, one a line; then a name may be a file too.
With --picture=FILE it also draws what the project shows, around its layer of cells, 1200 x 900.
"""
import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import (  # noqa: E402
    QgsApplication, QgsAuthMethodConfig, QgsCoordinateTransform, QgsMapRendererParallelJob, QgsMapSettings, QgsProject, QgsVectorLayer)
from qgis.PyQt.QtCore import QSize  # noqa: E402

rows = "--rows" in sys.argv
picture = next((argument.split("=", 1)[1] for argument in sys.argv if argument.startswith("--picture=")), None)
root, token, *names = [argument for argument in sys.argv[1:] if not argument.startswith("--")]


def plain(value):
    """A value of QGIS as JSON has it."""
    if hasattr(value, "isNull") and value.isNull():
        return None
    return value.toString("HH:mm:ss") if hasattr(value, "hour") else value


def opened(name):
    if "/" in name:
        return QgsVectorLayer(name, name, "ogr")
    return QgsVectorLayer(f"url='{root}' typename='{name}' authcfg=rounds0 version='OGC_API_FEATURES'", name, "OAPIF")


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
if names[0].endswith(".qgs"):
    assert QgsProject.instance().read(names[0])
    layers = QgsProject.instance().mapLayers().values()
else:
    layers = [opened(name) for name in names]
for layer in layers:
    assert layer.isValid(), layer.error().message()
    fields = [field.name() for field in layer.fields()]
    if rows:
        for feature in layer.getFeatures():
            geometry = json.loads(feature.geometry().asJson(15))
            print(json.dumps({"properties": dict(zip(fields, map(plain, feature.attributes()))), "geometry": geometry}))
        continue
    count = sum(1 for feature in layer.getFeatures() if feature.hasGeometry())
    print(layer.name(), count, ",".join(fields))
if picture:
    project = QgsProject.instance()
    cells = project.mapLayersByName("cells")[0]
    settings = QgsMapSettings()
    settings.setLayers(project.layerTreeRoot().checkedLayers())
    settings.setDestinationCrs(project.crs())
    settings.setTransformContext(project.transformContext())
    settings.setOutputSize(QSize(1200, 900))
    extent = cells.sourceExtent()
    extent.setMinimal()
    for feature in cells.getFeatures():
        extent.combineExtentWith(feature.geometry().boundingBox())
    settings.setExtent(QgsCoordinateTransform(cells.crs(), project.crs(), project).transformBoundingBox(extent))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert job.renderedImage().save(picture)
sys.stdout.flush()
os._exit(0)  # QGIS 3.22 crashes when Python takes layers down after it
