using System.Runtime.CompilerServices;

// Events, answers and terms are large values, set field by field. Clearing the memory of all of them at the start of each
// decision, as the runtime does by itself, costs more than many a decision.
[module: SkipLocalsInit]
