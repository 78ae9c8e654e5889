"""The network of Golden et al. 2022 in float64: map-based neurons, STDP, rewarded STDP, noise-driven sleep.

Neurons at rest are not computed: in a movement cycle input and hidden neurons leave their rest only where a spike
can follow, and the output layer only after the first hidden spike. The tests hold the same equations for all 842
neurons, step by step.
"""
