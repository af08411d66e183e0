"""Opens a layer in QGIS without a screen, as a user does, and prints what it shows: in_qgis.py FILE LAYER"""
import json
import sys

from qgis.core import QgsApplication, QgsRuleBasedRenderer, QgsVectorLayer

application = QgsApplication([], False)
application.initQgis()
path, name = sys.argv[1:]
layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
_, styled = layer.loadDefaultStyle()
renderer = layer.renderer()
rules = renderer.rootRule().children() if isinstance(renderer, QgsRuleBasedRenderer) else []
print(json.dumps({
    "valid": layer.isValid(), "styled": styled, "count": layer.featureCount(), "system": layer.crs().authid(),
    "fields": [field.name() for field in layer.fields()],
    "rules": [{"label": rule.label(), "filter": rule.filterExpression(), "colour": rule.symbol().color().name(),
               "opacity": round(rule.symbol().color().alphaF(), 2)} for rule in rules],
    "shown": [next((rule.label() for rule in rules if layer.getFeatures(f'"fid" = {f.id()} AND ({rule.filterExpression() or "true"})').nextFeature(f)), "")
              for f in layer.getFeatures()],
}))
