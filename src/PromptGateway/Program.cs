Console.WriteLine("PromptGateway");
