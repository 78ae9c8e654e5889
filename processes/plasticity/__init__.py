"""What the models of PlasticDense and PlasticSparse are made of, without Lava's ports."""
