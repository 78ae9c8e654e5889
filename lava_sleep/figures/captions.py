"""What there is to see in each figure, by its name: one paragraph under the figure."""

CAPTIONS = {
    "performance": (
        "Performance while training (line) and in frozen tests (points). Look at the points of the task "
        "that was not trained last: sequential training brings it to chance, interleaved sleep keeps it "
        "up."
    ),
    "bars": (
        "All tasks on frozen weights after every row. Look whether all bars stand above chance: with "
        "sleep they should, with rest only the one trained last."
    ),
    "forgetting": (
        "Tasks learnt one after the other: tested on each (columns) after learning each (rows, what was just learnt "
        "in a frame), mean over networks. Look down a column: with sleep it should keep its colour, with rest it "
        "fades. ACC: mean of the last row (Lopez-Paz & Ranzato 2017); BWT, backward transfer: last row minus frame, "
        "mean over the earlier tasks (the same); F, forgetting: best before minus last row, mean over the earlier "
        "tasks (Chaudhry et al. 2018); ± SD over networks. The curves: mean over the tasks learnt so far."
    ),
    "lasting": (
        "Both tasks in frozen tests along interleaving that goes on. Look whether the old task (full "
        "lines) stays up with sleep (green), while rest (grey) loses it. Bands reach from the lowest to "
        "the highest network."
    ),
    "trajectories": (
        "300 moves of the agent in a fresh world, frozen weights: untrained it dithers, trained it goes "
        "from one rewarded particle to the next and leaves the others. Particles are drawn where they lay "
        "at the start."
    ),
    "hidden-fields": (
        "What hidden neurons see after the unsupervised phase: the strong pixels of each are those of one "
        "particle of one kind."
    ),
    "output-fields": (
        "What moves the agent: the field of each output neuron (hidden fields weighted by its synapses) "
        "should lean to the side that the neuron (arrow) moves the agent to."
    ),
    "relevant-synapses": (
        "The tenth of all synapses that was strongest right after a task. Look at the share that is still "
        "strong (right of the dotted border between the clusters): training the other task takes it away, "
        "after interleaved sleep some of both tasks' is there."
    ),
    "boundary": (
        "A support vector machine tells Task 1 weights from Task 2 weights. Look how near the border the "
        "weights are after interleaved sleep, and after rest."
    ),
    "components": (
        "The way of the weights in their first two principal components, one network: diamonds are ends of stages."
    ),
    "kernel-components": (
        "Kernel PCA over all networks (weights averaged by the particle that the hidden neuron looks "
        "for). Look which stages lie together in all networks, and which apart."
    ),
    "one-neuron": (
        "Weights into one output neuron during interleaved sleep. Look how they split into a strong and a "
        "weak cluster, with few between."
    ),
    "weight-histograms": (
        "Every synapse before (across) and after (up) a stage: on the lower right lies what was "
        "forgotten, on the upper left what was learnt, on the upper right what was kept."
    ),
    "manifolds": (
        "Distance (in synapses that a task uses) to the states that solve each task, and all of them. Look "
        "how far the last stage leaves the manifold of the old task: with sleep it should stay nearer. (A "
        "task learnt again picks other synapses, so its own distance need not fall.)"
    ),
    "raster": (
        "Spikes awake and asleep, one cycle shaded: awake the hidden layer answers at once to what is "
        "seen, asleep it fires by noise throughout the cycle, each neuron at about its rate awake."
    ),
    "replay": (
        "Sleep's joint hidden and output activity against that of each task awake. Look whether it goes "
        "beyond shuffled neurons (ticks): after one task for that one, after interleaved sleep for both."
    ),
    "fixed-float": (
        "The weights of all runs: their distributions, which should lie over each other in fixed point "
        "and float, and below, synapse against synapse of the first run: the arithmetics share the range, "
        "not the very synapses."
    ),
}
