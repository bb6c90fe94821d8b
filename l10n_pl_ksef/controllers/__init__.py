from . import visualisation
