return await Matching.Load.LoadCommand.RunAsync(args);
